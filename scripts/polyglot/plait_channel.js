// The channel of a program that plait has started with format = "json": see docs/wire.md.
//
//     const channel = require('./plait_channel').connect()
//     for await (const item of channel) await channel.send(item * item)
//
// Needs nothing but Node.
'use strict'

const net = require('net')
const readline = require('readline')

class Channel {
  constructor(descriptor) {
    this.socket = new net.Socket({ fd: descriptor, readable: true, writable: true })
    this.lines = readline.createInterface({ input: this.socket, crlfDelay: Infinity })[Symbol.asyncIterator]()
  }

  // Sends a value, which may not be null; to be awaited, so that the program waits while the channel is full.
  send(value) {
    if (value === null || value === undefined) throw new TypeError(`${value} cannot be sent`)
    return this.put(value)
  }

  put(value) {
    return new Promise((resolve, reject) => {
      this.socket.write(JSON.stringify(value) + '\n', (error) => (error ? reject(error) : resolve()))
    })
  }

  // Asks for an item and waits for it; undefined when the channel is closed and empty.
  async recv() {
    await this.put(null)
    const { value, done } = await this.lines.next()
    return done ? undefined : JSON.parse(value)
  }

  async *[Symbol.asyncIterator]() {
    let item
    while ((item = await this.recv()) !== undefined) yield item
    this.socket.destroy()
  }
}

exports.connect = () => new Channel(Number(process.env.PLAIT_CHANNEL_FD))

// For a Pool: answers each item by what f(item) returns, or by the error it throws.
exports.serve = async (f) => {
  const channel = exports.connect()
  for await (const item of channel) {
    let answer
    try {
      answer = { result: await f(item) }
    } catch (error) {
      answer = { error: String(error) }
    }
    await channel.send(answer)
  }
}
