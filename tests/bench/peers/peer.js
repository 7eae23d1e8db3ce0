// The work of plait's benchmark rows, done by Node.
//
//     node peer.js [name...]
//
// Prints `name value`, like tests/bench/floor.c; see ../README.md.
'use strict';

const { spawn } = require('node:child_process');
const { once } = require('node:events');
const fs = require('node:fs');
const http = require('node:http');
const net = require('node:net');
const { Worker, isMainThread, parentPort } = require('node:worker_threads');

const REPETITIONS = 3;
const REPETITION_NS = 50e6;
const BATCH = 100;
const SLEEPERS = 100000;
const PAGE_BYTES = 4096;

async function timeNs(work, count) {
  const start = process.hrtime.bigint();
  await work(count);
  return Number(process.hrtime.bigint() - start);
}

// Nanoseconds of one unit of work(count), as bench_best_ns in bench.h.
async function bestNs(work) {
  let count = 1;
  await work(count); // the very first is cold and tells nothing
  let taken = await timeNs(work, count);
  while (taken < REPETITION_NS / 4) {
    count *= 2;
    taken = await timeNs(work, count);
  }
  count = Math.max(1, Math.floor((count * REPETITION_NS) / taken));
  let best = Infinity;
  for (let i = 0; i < REPETITIONS; i++)
    best = Math.min(best, await timeNs(work, count));
  return best / count;
}

// ---- Tasks ----------------------------------------------------------------

function doNothing() {}

// An async function runs its first part at once, before it is awaited: to run
// in a turn of its own, as a task or a goroutine does, it is started by a
// promise.
function startTask() {
  return Promise.resolve().then(doNothing);
}

async function taskStart() {
  return (await bestNs(async (count) => {
    for (; count > 0; count--) {
      const tasks = [];
      for (let i = 0; i < BATCH; i++) tasks.push(startTask());
      for (const task of tasks) await task;
    }
  })) / BATCH;
}

async function taskAwait() {
  return bestNs(async (count) => {
    for (; count > 0; count--) await startTask();
  });
}

async function taskSwitch() {
  const turn = async (count) => {
    for (; count > 0; count--) await null;
  };
  return (await bestNs((count) => Promise.all([turn(count), turn(count)]))) / 2;
}

function residentBytes() {
  const pages = fs.readFileSync('/proc/self/statm', 'utf8').split(' ')[1];
  return Number(pages) * PAGE_BYTES;
}

async function sleepBytes() {
  const sleep = async () => {
    await new Promise((wake) => setTimeout(wake, 3600e3));
  };
  const before = residentBytes();
  for (let i = 0; i < SLEEPERS; i++) sleep();
  await null;
  return (residentBytes() - before) / SLEEPERS;
}

// ---- Threads --------------------------------------------------------------

async function threadStart() {
  return bestNs(async (count) => {
    for (; count > 0; count--)
      await once(new Worker('', { eval: true }), 'exit');
  });
}

// Replies to ['send', n] with n messages, to ['burn', n] after the work.
function serveAsWorker() {
  parentPort.on('message', ([what, count]) => {
    if (what === 'send')
      for (let i = 0; i < count; i++) parentPort.postMessage(i);
    else parentPort.postMessage(burnNumbers(count));
  });
}

async function withWorkers(number, use) {
  const workers = Array.from({ length: number }, () => new Worker(__filename));
  try {
    return await use(workers);
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

// Messages between two threads; Node has no bound on how many are under way.
async function chanThreads() {
  return withWorkers(1, ([worker]) => bestNs((count) => new Promise((done) => {
    let received = 0;
    worker.removeAllListeners('message');
    worker.on('message', () => {
      if (++received === count) done();
    });
    worker.postMessage(['send', count]);
  })));
}

function burnNumbers(count) {
  let x = 1;
  for (let i = 0; i < count * 1000; i++)
    x = (Math.imul(x, 1103515245) + 12345) & 0x7fffffff;
  return x;
}

function burnOn(worker, count) {
  worker.postMessage(['burn', count]);
  return once(worker, 'message');
}

async function cpuOne() {
  return withWorkers(1, ([worker]) => bestNs(async (count) => {
    await burnOn(worker, count);
    await burnOn(worker, count);
  }));
}

async function cpuTwo() {
  return withWorkers(2, (workers) => bestNs((count) =>
    Promise.all(workers.map((worker) => burnOn(worker, count)))));
}

// ---- Processes ------------------------------------------------------------

async function procExec() {
  return bestNs(async (count) => {
    for (; count > 0; count--) await once(spawn('/bin/true'), 'exit');
  });
}

// ---- Servers --------------------------------------------------------------

// The time for one request that wrk makes.
async function httpHello() {
  const server = http.createServer((request, response) => {
    response.setHeader('Content-Type', 'text/plain; charset=utf-8');
    response.end('Hello, world\n');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${server.address().port}/`;
  const wrk = spawn('wrk', ['-t1', '-c64', '-d1', url]);
  let out = '';
  wrk.stdout.on('data', (piece) => { out += piece; });
  await once(wrk, 'close');
  server.close();
  return 1e9 / Number(/Requests\/sec:\s*([\d.]+)/.exec(out)[1]);
}

// What bench_echo finds about a server that sends back what comes.
async function echoMeasured(...what) {
  const server = net.createServer({ noDelay: true }, (socket) => {
    socket.on('data', (bytes) => socket.write(bytes));
    socket.on('error', () => socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = spawn(`${process.env.BENCH_BIN}/bench_echo`,
    [server.address().port, ...what], { stdio: ['ignore', 'pipe', 'inherit'] });
  let out = '';
  client.stdout.on('data', (piece) => { out += piece; });
  await once(client, 'close');
  server.close();
  return Number(out);
}

async function echo() {
  return echoMeasured();
}

async function connBytes() {
  return echoMeasured('bytes');
}

const FIGURES = {
  task_start: taskStart,
  task_await: taskAwait,
  task_switch: taskSwitch,
  thread_start: threadStart,
  chan_threads: chanThreads,
  cpu_one: cpuOne,
  cpu_two: cpuTwo,
  proc_exec: procExec,
  http_hello: httpHello,
  conn_bytes: connBytes,
  echo,
  sleep_bytes: sleepBytes, // last: its timers stay
};

async function main() {
  const wanted = process.argv.slice(2);
  for (const [name, measure] of Object.entries(FIGURES)) {
    if (wanted.length && !wanted.includes(name)) continue;
    console.log(name, (await measure()).toFixed(1));
  }
  process.exit(0);
}

if (isMainThread) main();
else serveAsWorker();
