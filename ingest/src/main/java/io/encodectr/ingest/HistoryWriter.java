package io.encodectr.ingest;

import io.encodectr.file.NpyWriter;
import io.encodectr.progress.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * Walks over the events once and writes behaviors and samples. A sample's history ends before the
 * first behavior that is not strictly earlier: what happened in the same second is no history.
 */
final class HistoryWriter {
  private static final int STEP = 1 << 12;

  private final Events events;
  private final KCore core;
  private final boolean positivesOnly;
  private final long samplesFrom;
  private final long splitTime;
  private final @Nullable NegativeSampler sampler;
  private final int[] drawn;
  private final Totals totals = new Totals();

  /** What was written. */
  static final class Totals {
    long behaviors;
    int trainSamples;
    int testSamples;
    long trainPositives;
    long testPositives;
    long historySum;
    long samplesWithoutHistory;
    long usersWithoutBehaviors;
    long missingNegatives;
    long firstTime = Long.MAX_VALUE;
    long lastTime = Long.MIN_VALUE;
  }

  /**
   * A writer.
   *
   * @param splitTime last second of the training period
   * @param sampler draws the negatives, or null if the log has labels
   * @param perPositive how many negatives a positive gets
   */
  HistoryWriter(
      Events events,
      KCore core,
      boolean positivesOnly,
      long samplesFrom,
      long splitTime,
      @Nullable NegativeSampler sampler,
      int perPositive) {
    this.events = events;
    this.core = core;
    this.positivesOnly = positivesOnly;
    this.samplesFrom = samplesFrom;
    this.splitTime = splitTime;
    this.sampler = sampler;
    drawn = new int[perPositive];
  }

  /**
   * Shows the context columns every training sample, and tells which items and users have events in
   * the training period.
   */
  void learn(ContextColumns context, BitSet items, BitSet users) {
    boolean learns = context.learns();
    for (int u = 0; u < events.users(); u++) {
      long end = events.offsets().get(u + 1L);
      for (long e = events.offsets().get(u); core.user(u) >= 0 && e < end; e++) {
        int item = core.item(events.item().get(e));
        long time = events.time().get(e);
        if (item >= 0 && time <= splitTime) {
          items.set(item);
          users.set(core.user(u));
          if (learns && time >= samplesFrom) {
            context.learn(e);
          }
        }
      }
    }
  }

  /** Writes the folders {@code behaviors}, {@code train} and {@code test}. */
  Totals write(Path folder, ContextColumns context, Progress progress) throws IOException {
    Path behaviors = Files.createDirectories(folder.resolve("behaviors"));
    try (NpyWriter offsets = NpyWriter.int64(behaviors.resolve("offsets.npy"));
        NpyWriter items = NpyWriter.int32(behaviors.resolve("item.npy"));
        NpyWriter times = NpyWriter.int64(behaviors.resolve("time.npy"));
        SampleWriter train = new SampleWriter(folder.resolve("train"), events, context);
        SampleWriter test = new SampleWriter(folder.resolve("test"), events, context);
        Progress.Task task = progress.begin("Writing histories", events.users(), "users")) {
      offsets.put(0L);
      for (int u = 0; u < events.users(); u++) {
        if (core.user(u) >= 0) {
          write(u, items, times, train, test);
          totals.usersWithoutBehaviors += items.count() == totals.behaviors ? 1 : 0;
          totals.behaviors = items.count();
          offsets.put(items.count());
        }
        if (u % STEP == STEP - 1) {
          task.advance(STEP);
        }
      }
      task.advance(events.users() % STEP);
      totals.trainSamples = train.count();
      totals.testSamples = test.count();
      totals.trainPositives = train.positives();
      totals.testPositives = test.positives();
      totals.historySum = train.historySum() + test.historySum();
      totals.samplesWithoutHistory = train.withoutHistory() + test.withoutHistory();
      return totals;
    }
  }

  private void write(int u, NpyWriter items, NpyWriter times, SampleWriter train, SampleWriter test)
      throws IOException {
    if (sampler != null) {
      sampler.user(u);
    }
    int user = core.user(u);
    long end = events.offsets().get(u + 1L);
    long second = Long.MIN_VALUE;
    int behaviors = 0;
    int before = 0;
    for (long e = events.offsets().get(u); e < end; e++) {
      int item = core.item(events.item().get(e));
      if (item < 0) {
        continue;
      }
      long time = events.time().get(e);
      int label = events.label().get(e);
      if (time != second) {
        second = time;
        before = behaviors;
      }
      boolean isSample = time >= samplesFrom;
      boolean isBehavior = !positivesOnly || label == 1;
      if (isSample) {
        SampleWriter samples = time <= splitTime ? train : test;
        samples.add(user, item, before, label, e);
        addNegatives(samples, user, before, e);
      }
      if (isBehavior) {
        items.put(item);
        times.put(time);
        behaviors++;
      }
      if (isSample || isBehavior) {
        totals.firstTime = Math.min(totals.firstTime, time);
        totals.lastTime = Math.max(totals.lastTime, time);
      }
    }
  }

  private void addNegatives(SampleWriter samples, int user, int before, long event)
      throws IOException {
    if (sampler == null) {
      return;
    }
    int count = sampler.draw(drawn);
    for (int n = 0; n < count; n++) {
      samples.add(user, core.item(drawn[n]), before, 0, event);
    }
    totals.missingNegatives += drawn.length - count;
  }
}
