// Takes numbers, and sends pairs of a number and its square.
'use strict'

const channel = require('./plait_channel').connect()

const run = async () => {
  for await (const number of channel) await channel.send([number, number * number])
}
run()
