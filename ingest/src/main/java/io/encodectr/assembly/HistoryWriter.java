package io.encodectr.assembly;

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
public final class HistoryWriter {
  private static final int STEP = 1 << 12;

  private final Events events;
  private final KCore core;
  private final boolean positivesOnly;
  private final long samplesFrom;
  private final long splitTime;
  private final @Nullable NegativeSampler sampler;
  private final int[] drawn;
  private final HistoryTotals totals = new HistoryTotals();

  /**
   * A writer.
   *
   * @param splitTime last second of the training period
   * @param sampler draws the negatives, or null if the log has labels
   */
  public HistoryWriter(
      Events events,
      KCore core,
      SampleRules rules,
      long splitTime,
      @Nullable NegativeSampler sampler) {
    this.events = events;
    this.core = core;
    positivesOnly = rules.positivesOnly();
    samplesFrom = rules.samplesFrom();
    this.splitTime = splitTime;
    this.sampler = sampler;
    drawn = new int[rules.negatives().perPositive()];
  }

  /**
   * Shows the context columns every training sample, and tells which items and users have events in
   * the training period.
   *
   * @param items gets the indices of items
   * @param users gets the indices of users, counted from the first user of the events
   */
  public void learn(ContextLearner context, BitSet items, BitSet users) {
    boolean learns = context.learns();
    for (int u = 0; u < events.users(); u++) {
      int user = core.user(events.firstUser() + u);
      long end = events.offsets().get(u + 1L);
      for (long e = events.offsets().get(u); user >= 0 && e < end; e++) {
        int item = core.item(events.item().get(e));
        long time = events.time().get(e);
        if (item >= 0 && time <= splitTime) {
          items.set(item);
          users.set(user - events.firstUser());
          if (learns && time >= samplesFrom) {
            context.learn(events, e);
          }
        }
      }
    }
  }

  /** Writes the folders {@code behaviors}, {@code train} and {@code test}. */
  public HistoryTotals write(Path folder, ContextColumns context, Progress progress)
      throws IOException {
    Path behaviors = Files.createDirectories(folder.resolve("behaviors"));
    try (NpyWriter offsets = NpyWriter.int64(behaviors.resolve("offsets.npy"));
        NpyWriter items = NpyWriter.int32(behaviors.resolve("item.npy"));
        NpyWriter times = NpyWriter.int64(behaviors.resolve("time.npy"));
        SampleWriter train = new SampleWriter(folder.resolve("train"), events, context);
        SampleWriter test = new SampleWriter(folder.resolve("test"), events, context);
        Progress.Task task = progress.begin("Writing histories", events.users(), "users")) {
      offsets.put(0L);
      for (int u = 0; u < events.users(); u++) {
        if (core.user(events.firstUser() + u) >= 0) {
          write(u, items, times, train, test);
          totals.endUser(items.count());
          offsets.put(items.count());
        }
        if (u % STEP == STEP - 1) {
          task.advance(STEP);
        }
      }
      task.advance(events.users() % STEP);
      totals.take(train, test);
      return totals;
    }
  }

  private void write(int u, NpyWriter items, NpyWriter times, SampleWriter train, SampleWriter test)
      throws IOException {
    if (sampler != null) {
      sampler.user(u);
    }
    int user = core.user(events.firstUser() + u);
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
        totals.at(time);
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
    totals.missNegatives(drawn.length - count);
  }
}
