package io.encodectr.cli;

import io.encodectr.progress.Progress;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.time.temporal.ChronoUnit;
import java.util.Deque;
import java.util.Locale;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicBoolean;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarConsumer;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * A bar with rate and time left on stderr, for a person at a terminal. Of several open tasks only
 * the one begun last is drawn.
 */
final class TerminalProgress implements Progress {
  /**
   * The system property in which the launcher says how wide the terminal behind stderr is; absent
   * where stderr is none. Only the launcher sees the terminal: the JVM's stderr is a pipe.
   */
  static final String COLUMNS = "encode.terminal.columns";

  private static final String ERASE_REST = "\u001b[K";
  private static final int REDRAW_MILLIS = 250;

  private final int columns;
  private final Deque<Line> open = new ConcurrentLinkedDeque<>();

  /**
   * @param columns the terminal's width in characters
   */
  TerminalProgress(int columns) {
    this.columns = columns;
  }

  @Override
  public Task begin(String name, long total, String unit) {
    boolean utf8 = Charset.defaultCharset().equals(StandardCharsets.UTF_8);
    var line = new Line();
    open.addLast(line);
    ProgressBar bar =
        new ProgressBarBuilder()
            .setTaskName(name)
            .setInitialMax(total)
            .setUnit(" " + unit, 1)
            .setStyle(utf8 ? ProgressBarStyle.UNICODE_BLOCK : ProgressBarStyle.ASCII)
            .setUpdateIntervalMillis(REDRAW_MILLIS)
            .showSpeed(new DecimalFormat("#,##0", DecimalFormatSymbols.getInstance(Locale.ROOT)))
            .setSpeedUnit(ChronoUnit.SECONDS)
            .setConsumer(line)
            .build();
    return new BarTask(bar, line);
  }

  /** The terminal's line, drawn over and over. */
  private final class Line implements ProgressBarConsumer {
    private final PrintStream err = System.err;
    private final AtomicBoolean closed = new AtomicBoolean();

    @Override
    public int getMaxRenderedLength() {
      return Math.max(20, columns - 1);
    }

    @Override
    public void accept(String text) {
      if (equals(open.peekLast()) && !closed.get()) {
        err.print("\r" + text + ERASE_REST);
        err.flush();
      }
    }

    @Override
    public void close() {
      if (!closed.getAndSet(true)) {
        open.remove(this);
        err.println();
      }
    }
  }

  private record BarTask(ProgressBar bar, Line line) implements Task {
    @Override
    public void advance(long n) {
      bar.stepBy(n);
    }

    @Override
    public void note(String text) {
      bar.setExtraMessage(" " + text);
    }

    @Override
    public void close() {
      bar.close();
      // The library forgets the line of a task that ends before it was first drawn.
      line.close();
    }
  }
}
