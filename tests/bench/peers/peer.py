"""The work of plait's benchmark rows, done by CPython.

    python3 peer.py [name...]

Prints `name value`, like tests/bench/floor.c; see ../README.md.
"""

import asyncio
import multiprocessing
import multiprocessing.pool
import os
import queue
import subprocess
import sys
import threading
import time

REPETITIONS = 3
REPETITION_NS = 50_000_000
BATCH = 100
CAPACITY = 64
POOL_ITEMS = 10_000
SLEEPERS = 50_000


def time_ns(work, count):
    start = time.monotonic_ns()
    work(count)
    return time.monotonic_ns() - start


def best_ns(work):
    """Nanoseconds of one unit of work(count), as bench_best_ns in bench.h."""
    count = 1
    work(count)  # the very first is cold and tells nothing
    taken = time_ns(work, count)
    while taken < REPETITION_NS / 4:
        count *= 2
        taken = time_ns(work, count)
    count = max(1, int(count * REPETITION_NS / taken))
    return min(time_ns(work, count) for _ in range(REPETITIONS)) / count


def best_ns_async(main):
    """The same for a coroutine function; the event loop stays the same."""
    loop = asyncio.new_event_loop()
    try:
        return best_ns(lambda count: loop.run_until_complete(main(count)))
    finally:
        loop.close()


# ---- Tasks ----------------------------------------------------------------


async def do_nothing_async():
    pass


def task_start():
    async def main(count):
        for _ in range(count):
            tasks = [asyncio.create_task(do_nothing_async())
                     for _ in range(BATCH)]
            for task in tasks:
                await task

    return best_ns_async(main) / BATCH


def task_await():
    async def main(count):
        for _ in range(count):
            await asyncio.create_task(do_nothing_async())

    return best_ns_async(main)


def task_switch():
    async def switch(count):
        for _ in range(count):
            await asyncio.sleep(0)

    async def main(count):
        await asyncio.gather(switch(count), switch(count))

    return best_ns_async(main) / 2


def chan_tasks():
    async def send(channel, count):
        for i in range(count):
            await channel.put(i)

    async def receive(channel, count):
        for _ in range(count):
            await channel.get()

    async def main(count):
        channel = asyncio.Queue(CAPACITY)
        await asyncio.gather(send(channel, count), receive(channel, count))

    return best_ns_async(main)


def resident_bytes():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGESIZE")


def sleep_bytes():
    async def main():
        before = resident_bytes()
        tasks = [asyncio.create_task(asyncio.sleep(3600))
                 for _ in range(SLEEPERS)]
        await asyncio.sleep(0)
        print("sleep_bytes", (resident_bytes() - before) / len(tasks),
              flush=True)
        os._exit(0)  # without waking them one by one

    asyncio.run(main())


# ---- Threads --------------------------------------------------------------


def do_nothing():
    pass


def thread_start():
    def start(count):
        for _ in range(count):
            thread = threading.Thread(target=do_nothing)
            thread.start()
            thread.join()

    return best_ns(start)


def run_two_threads(target, args):
    threads = [threading.Thread(target=target, args=args) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def chan_threads():
    def send(channel, count):
        for i in range(count):
            channel.put(i)

    def exchange(count):
        channel = queue.Queue(CAPACITY)
        sender = threading.Thread(target=send, args=(channel, count))
        sender.start()
        for _ in range(count):
            channel.get()
        sender.join()

    return best_ns(exchange)


def lock_counter():
    lock = threading.Lock()
    total = 0

    def increment(count):
        nonlocal total
        for _ in range(count):
            with lock:
                total += 1

    return best_ns(lambda count: run_two_threads(increment, (count,))) / 2


ARRAY_SIZE = 1024


def array_get():
    array = multiprocessing.Array("d", ARRAY_SIZE)

    def get(count):
        for i in range(count):
            x = array[i % ARRAY_SIZE]
        return x

    return best_ns(get)


def array_set():
    array = multiprocessing.Array("d", ARRAY_SIZE)

    def set_some(count):
        for i in range(count):
            array[i % ARRAY_SIZE] = 1.5

    return best_ns(set_some)


def array_add():
    array = multiprocessing.Array("d", ARRAY_SIZE)

    def add(count):
        for i in range(count):
            with array.get_lock():
                array[i % ARRAY_SIZE] += 1.5

    return best_ns(add)


def burn_numbers(count):
    x = 1
    for _ in range(count * 1000):
        x = (x * 1103515245 + 12345) & 0x7FFFFFFF
    return x


def cpu_one():
    def burn_in_turn(count):
        burn_numbers(count)
        burn_numbers(count)

    return best_ns(burn_in_turn)


def cpu_two():
    return best_ns(lambda count: run_two_threads(burn_numbers, (count,)))


# ---- Processes ------------------------------------------------------------


def start_and_join(context):
    def start(count):
        for _ in range(count):
            process = context.Process(target=do_nothing)
            process.start()
            process.join()

    return best_ns(start)


def proc_start():
    return start_and_join(multiprocessing.get_context("fork"))


def proc_start_fresh():
    return start_and_join(multiprocessing.get_context("spawn"))


def proc_exec():
    def start(count):
        for _ in range(count):
            subprocess.run(["/bin/true"], check=True)

    return best_ns(start)


def send_to_process(channel, count):
    for i in range(count):
        channel.put(i)


def chan_processes():
    context = multiprocessing.get_context("fork")

    def exchange(count):
        channel = context.Queue(CAPACITY)
        sender = context.Process(target=send_to_process,
                                 args=(channel, count))
        sender.start()
        for _ in range(count):
            channel.get()
        sender.join()

    return best_ns(exchange)


def receive_in_process(channel, count):
    for _ in range(count):
        channel.get()


def chan_to_process():
    context = multiprocessing.get_context("fork")

    def exchange(count):
        channel = context.Queue(CAPACITY)
        receiver = context.Process(target=receive_in_process,
                                   args=(channel, count))
        receiver.start()
        for i in range(count):
            channel.put(i)
        receiver.join()

    return best_ns(exchange)


# ---- Pools ----------------------------------------------------------------


def square(x):
    return x * x


def map_with(pool):
    items = list(range(1, POOL_ITEMS + 1))

    def map_items(count):
        for _ in range(count):
            pool.map(square, items)

    with pool:
        return best_ns(map_items) / POOL_ITEMS


def pool_threads():
    return map_with(multiprocessing.pool.ThreadPool(2))


def pool_processes():
    return map_with(multiprocessing.get_context("fork").Pool(2))


# ---- Servers --------------------------------------------------------------


async def serve_echo(reader, writer):
    while data := await reader.read(4096):
        writer.write(data)
        await writer.drain()
    writer.close()


def echo_measured(new_loop, *what):
    """What bench_echo finds about a server that sends back what comes."""

    async def main():
        server = await asyncio.start_server(serve_echo, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        client = await asyncio.create_subprocess_exec(
            os.environ["BENCH_BIN"] + "/bench_echo", str(port), *what,
            stdout=subprocess.PIPE)
        out, _ = await client.communicate()
        server.close()
        return float(out)

    loop = new_loop()
    try:
        asyncio.set_event_loop(loop)
        return loop.run_until_complete(main())
    finally:
        loop.close()


def echo():
    return echo_measured(asyncio.new_event_loop)


def conn_bytes():
    return echo_measured(asyncio.new_event_loop, "bytes")


def echo_uvloop():
    import uvloop
    return echo_measured(uvloop.new_event_loop)


def conn_bytes_uvloop():
    import uvloop
    return echo_measured(uvloop.new_event_loop, "bytes")


FIGURES = [
    task_start, task_await, task_switch, chan_tasks, thread_start,
    chan_threads, lock_counter, array_get, array_set, array_add, cpu_one,
    cpu_two, proc_start, proc_start_fresh, proc_exec, chan_processes,
    chan_to_process, pool_threads, pool_processes, conn_bytes, echo,
    conn_bytes_uvloop, echo_uvloop,
    sleep_bytes,  # last: it ends the program
]


def main():
    wanted = sys.argv[1:]
    for figure in FIGURES:
        if wanted and figure.__name__ not in wanted:
            continue
        value = figure()
        if value is not None:
            print(figure.__name__, round(value, 1), flush=True)


if __name__ == "__main__":
    main()
