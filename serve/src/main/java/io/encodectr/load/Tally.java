package io.encodectr.load;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.AbstractHistogram;
import org.HdrHistogram.ConcurrentHistogram;

/**
 * Counts what happens to the requests of one step. Only those that were to be sent within the
 * counted seconds count, and a request belongs to the second in which it was to be sent. Times are
 * those of {@link System#nanoTime}. Thread-safe.
 */
final class Tally {
  private static final long SECOND = 1_000_000_000L;
  private static final long FINEST = 1_000;
  private static final long LONGEST = 3_600 * SECOND;
  private static final int DIGITS = 3;
  private static final int OK = 200;
  private static final int REFUSED = 429;

  /** The outcome of a good answer. */
  static final String GOOD = Integer.toString(OK);

  /** What a request ends with other than an answer. */
  enum Failure {
    /** No answer within the time allowed. */
    TIMEOUT,
    /** No connection. */
    CONNECT,
    /** The connection broke, or what came was no HTTP answer. */
    BROKEN,
    /** The client itself failed. */
    CLIENT
  }

  private final Step step;
  private final long from;
  private final long to;
  private final ConcurrentHistogram scores = histogram();
  private final ConcurrentHistogram events = histogram();
  private final ConcurrentHistogram refusals = histogram();
  private final ConcurrentHistogram lag = histogram();
  private final SecondTally[] seconds;
  private final AtomicLong requests = new AtomicLong();
  private final AtomicLong inTime = new AtomicLong();
  private final AtomicLong scored = new AtomicLong();
  private final AtomicLong partial = new AtomicLong();
  private final AtomicLong newConnections = new AtomicLong();
  private final AtomicLong sentAgain = new AtomicLong();
  private final ConcurrentMap<String, LongAdder> outcomes = new ConcurrentHashMap<>();
  private final ConcurrentMap<String, LongAdder> degraded = new ConcurrentHashMap<>();
  private final ConcurrentMap<String, LongAdder> pairs = new ConcurrentHashMap<>();

  /**
   * @param start when the step's warm-up begins
   */
  Tally(Step step, long start) {
    this.step = step;
    from = start + nanoseconds(step.warmUpSeconds());
    to = from + nanoseconds(step.seconds());
    seconds = new SecondTally[(int) Math.max(1, Math.ceil(step.seconds()))];
    for (int i = 0; i < seconds.length; i++) {
      seconds[i] = new SecondTally();
    }
  }

  private static ConcurrentHistogram histogram() {
    return new ConcurrentHistogram(FINEST, LONGEST, DIGITS);
  }

  private static long nanoseconds(double seconds) {
    return (long) (seconds * SECOND);
  }

  /** When the counted time begins. */
  long from() {
    return from;
  }

  /** When the counted time, and with it the schedule, ends. */
  long to() {
    return to;
  }

  private boolean counts(long due) {
    return due >= from && due < to;
  }

  private SecondTally second(long due) {
    return seconds[(int) Math.min(seconds.length - 1L, (due - from) / SECOND)];
  }

  /** The schedule has a request at this time. */
  void due(long due) {
    if (counts(due)) {
      requests.incrementAndGet();
      second(due).due();
    }
  }

  /** A request was not sent, because too many are under way. */
  void dropped(long due) {
    if (counts(due)) {
      add(outcomes, "dropped");
      second(due).ended(false);
    }
  }

  /** A thread took a request up. */
  void taken(long due, long now) {
    if (counts(due)) {
      record(lag, now - due);
    }
  }

  /** A connection had to be opened. */
  void connected(long due) {
    if (counts(due)) {
      newConnections.incrementAndGet();
    }
  }

  /** A connection ended before any of the answer came, and the request is sent on another. */
  void sentAgain(long due) {
    if (counts(due)) {
      sentAgain.incrementAndGet();
    }
  }

  /** An answer came. */
  void answered(Call call, long due, long now, Answer answer) {
    boolean good = answer.status() == OK;
    if (good && now >= from && now < to) {
      inTime.incrementAndGet();
    }
    if (!counts(due)) {
      return;
    }
    add(outcomes, Integer.toString(answer.status()));
    second(due).ended(good);
    if (good) {
      took(call, due, now);
    } else if (answer.status() == REFUSED) {
      record(refusals, now - due);
    }
    if (good && !call.event()) {
      AnswerHead head = AnswerHead.of(answer.kept(), answer.keptBytes());
      add(pairs, head.pair());
      scored.incrementAndGet();
      head.degraded().forEach(reason -> add(degraded, reason));
      if (head.coverage() < 1) {
        add(degraded, "partial");
        partial.incrementAndGet();
      }
    }
  }

  /** No answer came, or none that can be used. */
  void failed(Call call, long due, long now, Failure failure) {
    if (counts(due)) {
      add(outcomes, failure.name().toLowerCase(Locale.ROOT));
      second(due).ended(false);
      if (failure == Failure.TIMEOUT) {
        took(call, due, now);
      }
    }
  }

  private void took(Call call, long due, long now) {
    record(call.event() ? events : scores, now - due);
    if (!call.event()) {
      second(due).took(now - due);
    }
  }

  private static void record(ConcurrentHistogram histogram, long nanoseconds) {
    histogram.recordValue(Math.clamp(nanoseconds, 0, LONGEST));
  }

  private static void add(ConcurrentMap<String, LongAdder> counts, String key) {
    counts.computeIfAbsent(key, _ -> new LongAdder()).increment();
  }

  /** What came of the step, once every request has ended. */
  Step.Result result(ClientCost.Spent spent) {
    SortedMap<String, Long> ends = sums(outcomes);
    long ok = ends.getOrDefault(GOOD, 0L);
    long refused = ends.getOrDefault(Integer.toString(REFUSED), 0L);
    long dropped = ends.getOrDefault("dropped", 0L);
    long errors = ends.values().stream().mapToLong(Long::longValue).sum() - ok - refused - dropped;
    long all = requests.get();
    return new Step.Result(
        step.rate(),
        step.seconds(),
        all,
        (all - dropped) / step.seconds(),
        inTime.get() / step.seconds(),
        ok,
        refused,
        errors,
        dropped,
        share(refused + errors + dropped, all),
        share(partial.get(), scored.get()),
        Latency.of(scores),
        events.getTotalCount() == 0 ? null : Latency.of(events),
        refusals.getTotalCount() == 0 ? null : Latency.of(refusals),
        Latency.of(lag),
        spent.cores(),
        spent.machineShare(),
        spent.collectionMs(),
        newConnections.get(),
        sentAgain.get(),
        new Details(ends, sums(degraded), sums(pairs)));
  }

  private static double share(long part, long whole) {
    return whole == 0 ? 0 : (double) part / whole;
  }

  /** Latencies of score requests, in nanoseconds. */
  AbstractHistogram scores() {
    return scores;
  }

  /** The counted time second by second. */
  List<Second> seconds() {
    List<Second> list = new ArrayList<>();
    for (int i = 0; i < seconds.length; i++) {
      list.add(seconds[i].result(i));
    }
    return list;
  }

  private static SortedMap<String, Long> sums(ConcurrentMap<String, LongAdder> counts) {
    SortedMap<String, Long> sums = new TreeMap<>();
    counts.forEach((key, count) -> sums.put(key, count.sum()));
    return sums;
  }
}
