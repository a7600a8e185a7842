package io.encodectr.experiment;

import io.encodectr.progress.Progress;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/** Counts the samples that a training learns from, whatever else it reports. */
final class SampleCounter implements Progress {
  private final LongConsumer told;
  private final AtomicLong done = new AtomicLong();

  /**
   * @param told the samples so far, after each step
   */
  SampleCounter(LongConsumer told) {
    this.told = told;
  }

  @Override
  public Task begin(String name, long total, String unit) {
    return name.startsWith("Training") ? new Counted() : Progress.NONE.begin(name, total, unit);
  }

  private final class Counted implements Task {
    @Override
    public void advance(long n) {
      told.accept(done.addAndGet(n));
    }

    @Override
    public void note(String text) {}

    @Override
    public void close() {}
  }
}
