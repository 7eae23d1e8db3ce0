# The work of plait's benchmark rows, done by Janet.
#
#     janet peer.janet [name...]
#
# Prints `name value`, like tests/bench/floor.c; see ../README.md.

(def repetitions 3)
(def repetition-ns 50e6)
(def batch 100)
(def capacity 64)

(defn time-ns [work count]
  (def start (os/clock :monotonic))
  (work count)
  (* 1e9 (- (os/clock :monotonic) start)))

# Nanoseconds of one unit of (work count), as bench_best_ns in bench.h.
(defn best-ns [work]
  (var count 1)
  (work count) # the very first is cold and tells nothing
  (var taken (time-ns work count))
  (while (< taken (/ repetition-ns 4))
    (*= count 2)
    (set taken (time-ns work count)))
  (set count (max 1 (math/floor (/ (* count repetition-ns) taken))))
  (var best math/inf)
  (repeat repetitions
    (set best (min best (time-ns work count))))
  (/ best count))

# ---- Tasks ----------------------------------------------------------------

(defn do-nothing [&] nil)

# A task's end is an event in the channel of its supervisor.
(defn start-tasks [number]
  (def ends (ev/chan number))
  (repeat number (ev/go (fiber/new do-nothing :tp) nil ends))
  (repeat number (ev/take ends)))

(defn task-start []
  (/ (best-ns (fn [count] (repeat count (start-tasks batch)))) batch))

(defn task-await []
  (best-ns (fn [count] (repeat count (start-tasks 1)))))

(defn task-switch []
  (defn take-turns [count]
    (repeat count (ev/sleep 0)))
  (/ (best-ns (fn [count]
                (ev/gather (take-turns count) (take-turns count))))
     2))

# Numbers come through a channel that `start` begins to fill.
(defn exchange [channel start count]
  (start channel count)
  (repeat count (ev/take channel)))

(defn send [channel count]
  (for i 0 count (ev/give channel i)))

(defn chan-tasks []
  (defn start [channel count] (ev/go (fn [&] (send channel count))))
  (best-ns (fn [count] (exchange (ev/chan capacity) start count))))

# Numbers come through two channels, as many through each.
(defn send-to-two [a b count]
  (repeat (/ (+ count (% count 2)) 2)
    (ev/give a 1)
    (ev/give b 1)))

(defn select-tasks []
  (best-ns (fn [count]
             (def a (ev/chan capacity))
             (def b (ev/chan capacity))
             (ev/go (fn [&] (send-to-two a b count)))
             (repeat (+ count (% count 2)) (ev/select a b)))))

# ---- Threads --------------------------------------------------------------

(defn thread-start []
  (best-ns (fn [count] (repeat count (ev/do-thread nil)))))

(defn chan-threads []
  (defn start [channel count]
    (ev/thread (fn [&] (send channel count)) nil :n))
  (best-ns (fn [count] (exchange (ev/thread-chan capacity) start count))))

(def figures
  [["task_start" task-start]
   ["task_await" task-await]
   ["task_switch" task-switch]
   ["chan_tasks" chan-tasks]
   ["select_tasks" select-tasks]
   ["thread_start" thread-start]
   ["chan_threads" chan-threads]])

(defn main [_ & wanted]
  (each [name measure] figures
    (when (or (empty? wanted) (index-of name wanted))
      (printf "%s %.1f" name (measure))
      (flush))))
