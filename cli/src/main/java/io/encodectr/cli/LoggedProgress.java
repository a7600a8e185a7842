package io.encodectr.cli;

import io.encodectr.progress.Progress;
import java.time.Duration;
import java.util.Locale;
import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.slf4j.LoggerFactory;

/** A log line now and then, where nobody sits at a terminal. */
final class LoggedProgress implements Progress {
  /** A task quicker than this leaves no line. */
  private static final double WORTH_A_LINE_SECONDS = 1;

  private final Duration interval;
  private final Consumer<String> log;

  /**
   * @param interval the time between two lines of one task
   * @param log takes each line
   */
  LoggedProgress(Duration interval, Consumer<String> log) {
    this.interval = interval;
    this.log = log;
  }

  static LoggedProgress everyTenSeconds() {
    return new LoggedProgress(
        Duration.ofSeconds(10), LoggerFactory.getLogger(LoggedProgress.class)::info);
  }

  @Override
  public Task begin(String name, long total, String unit) {
    return new LoggedTask(name, total, unit);
  }

  private final class LoggedTask implements Task {
    private final String name;
    private final long total;
    private final String unit;
    private final long start = System.nanoTime();
    private final LongAdder done = new LongAdder();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Timer timer = new Timer("progress", true);
    private volatile String note = "";

    LoggedTask(String name, long total, String unit) {
      this.name = name;
      this.total = total;
      this.unit = unit;
      var tell =
          new TimerTask() {
            @Override
            public void run() {
              log.accept(underWay(name, done.sum(), total, unit, seconds(), note));
            }
          };
      timer.schedule(tell, interval.toMillis(), interval.toMillis());
    }

    @Override
    public void advance(long n) {
      done.add(n);
    }

    @Override
    public void note(String text) {
      note = text;
    }

    @Override
    public void close() {
      if (closed.getAndSet(true)) {
        return;
      }
      timer.cancel();
      if (seconds() >= WORTH_A_LINE_SECONDS) {
        log.accept(ended(name, done.sum(), total, unit, seconds(), note));
      }
    }

    private double seconds() {
      return (System.nanoTime() - start) * 1e-9;
    }
  }

  /** The line of a task that goes on: done, total, rate, time left. */
  static String underWay(
      String name, long done, long total, String unit, double seconds, String note) {
    var line = new StringBuilder(format("%s: %,d", name, done));
    if (total > 0) {
      line.append(format(" of %,d %s (%d%%)", total, unit, 100 * done / total));
    } else {
      line.append(" ").append(unit);
    }
    if (done > 0 && seconds > 0) {
      line.append(", ").append(rate(done, unit, seconds));
      if (total > done) {
        line.append(", ").append(span(seconds / done * (total - done))).append(" left");
      }
    }
    return line.append(note.isEmpty() ? "" : ", " + note).toString();
  }

  /** The line of a task that ended, before its total if it was cut short. */
  static String ended(
      String name, long done, long total, String unit, double seconds, String note) {
    String cut = total > done ? format(" of %,d", total) : "";
    return format("%s: %,d%s %s in %s, ", name, done, cut, unit, span(seconds))
        + rate(done, unit, seconds)
        + (note.isEmpty() ? "" : ", " + note);
  }

  private static String rate(long done, String unit, double seconds) {
    double rate = done / seconds;
    return format(rate < 10 ? "%,.1f %s/s" : "%,.0f %s/s", rate, unit);
  }

  private static String span(double seconds) {
    if (seconds < 60) {
      return format(seconds < 10 ? "%.1f s" : "%.0f s", seconds);
    }
    long whole = Math.round(seconds);
    return whole < 3600
        ? format("%d min %02d s", whole / 60, whole % 60)
        : format("%d h %02d min", whole / 3600, whole / 60 % 60);
  }

  @SuppressWarnings("AnnotateFormatMethod") // would need Error Prone at run time
  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}
