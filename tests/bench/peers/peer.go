// The work of plait's benchmark rows, done by Go.
//
//	go build -o peer peer.go && ./peer [name...]
//
// Prints `name value`, like tests/bench/floor.c; see ../README.md.
package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"time"
)

const (
	repetitions  = 3
	repetitionNs = 50e6
	batch        = 100
	capacity     = 64
	sleepers     = 100000
)

func timeNs(work func(count int), count int) float64 {
	start := time.Now()
	work(count)
	return float64(time.Since(start))
}

// bestNs returns the nanoseconds of one unit of work, as bench_best_ns in
// bench.h does.
func bestNs(work func(count int)) float64 {
	count := 1
	work(count) // the very first is cold and tells nothing
	taken := timeNs(work, count)
	for taken < repetitionNs/4 {
		count *= 2
		taken = timeNs(work, count)
	}
	count = int(float64(count) * repetitionNs / taken)
	if count < 1 {
		count = 1
	}
	best := timeNs(work, count)
	for i := 1; i < repetitions; i++ {
		if taken = timeNs(work, count); taken < best {
			best = taken
		}
	}
	return best / float64(count)
}

// bestNsOfTasks measures with one processor and with all, and returns the
// better: plait's tasks share one thread, and Go shall have the choice.
func bestNsOfTasks(work func(count int)) float64 {
	all := bestNs(work)
	runtime.GOMAXPROCS(1)
	one := bestNs(work)
	runtime.GOMAXPROCS(runtime.NumCPU())
	if one < all {
		return one
	}
	return all
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// ---- Tasks ----------------------------------------------------------------

func taskStart() float64 {
	return bestNsOfTasks(func(count int) {
		var group sync.WaitGroup
		for ; count > 0; count-- {
			group.Add(batch)
			for i := 0; i < batch; i++ {
				go func() { group.Done() }()
			}
			group.Wait()
		}
	}) / batch
}

func taskAwait() float64 {
	return bestNsOfTasks(func(count int) {
		for ; count > 0; count-- {
			result := make(chan int, 1)
			go func() { result <- 1 }()
			<-result
		}
	})
}

func taskSwitch() float64 {
	return bestNsOfTasks(func(count int) {
		var group sync.WaitGroup
		group.Add(2)
		for i := 0; i < 2; i++ {
			go func() {
				for i := 0; i < count; i++ {
					runtime.Gosched()
				}
				group.Done()
			}()
		}
		group.Wait()
	}) / 2
}

func exchange(count int) {
	channel := make(chan int, capacity)
	go func() {
		for i := 0; i < count; i++ {
			channel <- i
		}
	}()
	for i := 0; i < count; i++ {
		<-channel
	}
}

func chanTasks() float64 {
	return bestNsOfTasks(exchange)
}

// Numbers come through two channels, as many through each.
func exchangeByTwo(count int) {
	a, b := make(chan int, capacity), make(chan int, capacity)
	go func() {
		for i := 0; i < count; i += 2 {
			a <- i
			b <- i
		}
	}()
	for i := 0; i < (count+1)/2*2; i++ {
		select {
		case <-a:
		case <-b:
		}
	}
}

func selectTasks() float64 {
	return bestNsOfTasks(exchangeByTwo)
}

func residentBytes() float64 {
	var size, resident int
	file, err := os.Open("/proc/self/statm")
	check(err)
	_, err = fmt.Fscan(file, &size, &resident)
	check(err)
	check(file.Close())
	return float64(resident * os.Getpagesize())
}

func sleepBytes() float64 {
	before := residentBytes()
	var asleep sync.WaitGroup
	asleep.Add(sleepers)
	for i := 0; i < sleepers; i++ {
		go func() {
			asleep.Done()
			time.Sleep(time.Hour)
		}()
	}
	asleep.Wait()
	return (residentBytes() - before) / sleepers
}

// ---- Threads --------------------------------------------------------------

// A goroutine that ends while locked to its thread ends the thread too.
func threadStart() float64 {
	return bestNs(func(count int) {
		done := make(chan bool)
		for ; count > 0; count-- {
			go func() {
				runtime.LockOSThread()
				done <- true
			}()
			<-done
		}
	})
}

func chanThreads() float64 {
	return bestNs(exchange)
}

func selectThreads() float64 {
	return bestNs(exchangeByTwo)
}

func runTwice(work func()) {
	var group sync.WaitGroup
	group.Add(2)
	for i := 0; i < 2; i++ {
		go func() {
			work()
			group.Done()
		}()
	}
	group.Wait()
}

func lockCounter() float64 {
	return bestNs(func(count int) {
		var lock sync.Mutex
		total := 0
		runTwice(func() {
			for i := 0; i < count; i++ {
				lock.Lock()
				total++
				lock.Unlock()
			}
		})
		if total != 2*count {
			check(fmt.Errorf("lock_counter: counted %d", total))
		}
	}) / 2
}

var sink int

func burnNumbers(count int) {
	x := 1
	for i := 0; i < count*1000; i++ {
		x = (x*1103515245 + 12345) & 0x7fffffff
	}
	if x == 0 {
		sink = x
	}
}

func cpuOne() float64 {
	return bestNs(func(count int) {
		burnNumbers(count)
		burnNumbers(count)
	})
}

func cpuTwo() float64 {
	return bestNs(func(count int) {
		runTwice(func() { burnNumbers(count) })
	})
}

// ---- Processes ------------------------------------------------------------

func procExec() float64 {
	return bestNs(func(count int) {
		for ; count > 0; count-- {
			check(exec.Command("/bin/true").Run())
		}
	})
}

// execOutput collects what a program prints, which is nothing.
func execOutput() float64 {
	return bestNs(func(count int) {
		for ; count > 0; count-- {
			_, err := exec.Command("/bin/true").Output()
			check(err)
		}
	})
}

// filesRead reads small files, each by one of 100 goroutines.
func filesRead() float64 {
	const files = 10000
	folder, err := os.MkdirTemp("", "bench")
	check(err)
	defer os.RemoveAll(folder)
	paths := make([]string, files)
	for i := range paths {
		paths[i] = fmt.Sprintf("%s/%d", folder, i+1)
		text := strings.Repeat(fmt.Sprintf("%d\n", i+1), 20)
		check(os.WriteFile(paths[i], []byte(text), 0o600))
	}
	return bestNs(func(count int) {
		var done sync.WaitGroup
		for t := 0; t < batch; t++ {
			done.Add(1)
			go func(first int) {
				defer done.Done()
				for i := first; i < count; i += batch {
					_, err := os.ReadFile(paths[i%files])
					check(err)
				}
			}(t)
		}
		done.Wait()
	})
}

// httpHello is the time for one request that wrk makes.
func httpHello() float64 {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	check(err)
	defer listener.Close()
	go http.Serve(listener, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		io.WriteString(w, "Hello, world\n")
	}))
	out, err := exec.Command("wrk", "-t1", "-c64", "-d1", "http://"+listener.Addr().String()+"/").Output()
	check(err)
	_, rest, _ := strings.Cut(string(out), "Requests/sec:")
	var rate float64
	_, err = fmt.Sscan(rest, &rate)
	check(err)
	return 1e9 / rate
}

func serveEcho(conn net.Conn) {
	defer conn.Close()
	bytes := make([]byte, 4096)
	for {
		size, err := conn.Read(bytes)
		if err != nil {
			return
		}
		if _, err = conn.Write(bytes[:size]); err != nil {
			return
		}
	}
}

// echoMeasured is what bench_echo finds about a server that sends back what
// comes.
func echoMeasured(what ...string) float64 {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	check(err)
	defer listener.Close()
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go serveEcho(conn)
		}
	}()
	port := strconv.Itoa(listener.Addr().(*net.TCPAddr).Port)
	client := os.Getenv("BENCH_BIN") + "/bench_echo"
	out, err := exec.Command(client, append([]string{port}, what...)...).Output()
	check(err)
	value, err := strconv.ParseFloat(strings.TrimSpace(string(out)), 64)
	check(err)
	return value
}

func echo() float64 {
	all := echoMeasured()
	runtime.GOMAXPROCS(1)
	one := echoMeasured()
	runtime.GOMAXPROCS(runtime.NumCPU())
	if one < all {
		return one
	}
	return all
}

func connBytes() float64 {
	return echoMeasured("bytes")
}

func main() {
	figures := []struct {
		name    string
		measure func() float64
	}{
		{"task_start", taskStart},
		{"task_await", taskAwait},
		{"task_switch", taskSwitch},
		{"chan_tasks", chanTasks},
		{"select_tasks", selectTasks},
		{"thread_start", threadStart},
		{"chan_threads", chanThreads},
		{"select_threads", selectThreads},
		{"lock_counter", lockCounter},
		{"cpu_one", cpuOne},
		{"cpu_two", cpuTwo},
		{"proc_exec", procExec},
		{"exec", execOutput},
		{"files_read", filesRead},
		{"http_hello", httpHello},
		{"conn_bytes", connBytes},
		{"echo", echo},
		{"sleep_bytes", sleepBytes}, // last: its goroutines stay
	}
	wanted := map[string]bool{}
	for _, name := range os.Args[1:] {
		wanted[name] = true
	}
	for _, figure := range figures {
		if len(wanted) == 0 || wanted[figure.name] {
			fmt.Printf("%s %.1f\n", figure.name, figure.measure())
		}
	}
}
