package io.encodectr.spark.ingest;

import io.encodectr.assembly.ContextColumns;
import io.encodectr.assembly.ContextLearner;
import io.encodectr.assembly.EventTimes;
import io.encodectr.assembly.Events;
import io.encodectr.assembly.HistoryTotals;
import io.encodectr.assembly.HistoryWriter;
import io.encodectr.assembly.KCore;
import io.encodectr.assembly.SampleRules;
import io.encodectr.assembly.SampleTimes;
import io.encodectr.log.LogDescription;
import io.encodectr.progress.Progress;
import java.io.IOException;
import java.io.Serializable;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * What executors do with the event parts: count times, learn from training samples, and write
 * histories. A part is a range of users, so parts know nothing of each other.
 */
final class HistoryParts implements Serializable {
  /** Name of the parts. */
  static final String NAME = "histories";

  private static final long serialVersionUID = 1L;

  private final LogDescription log;
  private final SampleRules rules;
  private final SharedFolder work;
  private final int[] firstUsers;
  private final int items;

  /**
   * Parts that are written.
   *
   * @param firstUsers first user code of each part, and the number of users
   * @param items number of items
   */
  HistoryParts(
      LogDescription log, SampleRules rules, SharedFolder work, int[] firstUsers, int items) {
    this.log = log;
    this.rules = rules;
    this.work = work;
    this.firstUsers = firstUsers;
    this.items = items;
  }

  /** What training samples say; items and users are indices. */
  record Learned(ContextLearner context, BitSet items, BitSet users) implements Serializable {
    Learned and(Learned other) {
      context.add(other.context);
      items.or(other.items);
      users.or(other.users);
      return this;
    }
  }

  /** Does something with the events of a part. */
  @FunctionalInterface
  private interface PartReader<T> {
    T read(Events events, KCore core) throws IOException;
  }

  private int parts() {
    return firstUsers.length - 1;
  }

  private JavaRDD<Integer> each(JavaSparkContext spark) {
    return spark.parallelize(IntStream.range(0, parts()).boxed().toList(), parts());
  }

  private <T> T read(int part, PartReader<T> reader) throws IOException {
    Path folder = PartFolder.of(work.require(), EventParts.NAME, part);
    try (Arena arena = Arena.ofConfined()) {
      Events events = Events.map(folder, log, firstUsers[part], 0, arena);
      return reader.read(events, KCore.all(firstUsers[parts()], items));
    }
  }

  /** Times of the samples, counted by executors. */
  SampleTimes times(JavaSparkContext spark) {
    return new SampleTimes() {
      @Override
      public Range range(long low, long high) {
        return rangeOf(spark, low, high);
      }

      @Override
      public long[] histogram(long low, long high, int shift) {
        return histogramOf(spark, low, high, shift);
      }
    };
  }

  private SampleTimes.Range rangeOf(JavaSparkContext spark, long low, long high) {
    return each(spark)
        .map(part -> read(part, (events, core) -> timesOf(events, core).range(low, high)))
        .reduce(SampleTimes.Range::and);
  }

  private long[] histogramOf(JavaSparkContext spark, long low, long high, int shift) {
    return each(spark)
        .map(
            part -> read(part, (events, core) -> timesOf(events, core).histogram(low, high, shift)))
        .treeReduce(HistoryParts::sum);
  }

  private EventTimes timesOf(Events events, KCore core) {
    return new EventTimes(events, core, rules.samplesFrom());
  }

  private static long[] sum(long[] a, long[] b) {
    long[] sum = a.clone();
    for (int i = 0; i < sum.length; i++) {
      sum[i] += b[i];
    }
    return sum;
  }

  /** Learns from the training samples. */
  Learned learn(JavaSparkContext spark, long splitTime) {
    return each(spark).map(part -> learn(part, splitTime)).treeReduce(Learned::and);
  }

  private Learned learn(int part, long splitTime) throws IOException {
    return read(
        part,
        (events, core) -> {
          Learned learned = new Learned(new ContextLearner(log), new BitSet(), new BitSet());
          BitSet users = new BitSet();
          new HistoryWriter(events, core, rules, splitTime, null)
              .learn(learned.context, learned.items, users);
          users.stream().forEach(user -> learned.users.set(events.firstUser() + user));
          return learned;
        });
  }

  /** Writes the histories of all parts. */
  HistoryTotals write(JavaSparkContext spark, ContextColumns context, long splitTime) {
    HistoryTotals totals = new HistoryTotals();
    each(spark).map(part -> write(part, context, splitTime)).collect().forEach(totals::add);
    return totals;
  }

  private HistoryTotals write(int part, ContextColumns context, long splitTime) throws IOException {
    return read(
        part,
        (events, core) -> {
          Path target = PartFolder.of(work.require(), NAME, part);
          try (PartFolder folder = PartFolder.create(target)) {
            HistoryTotals totals =
                new HistoryWriter(events, core, rules, splitTime, null)
                    .write(folder.path(), context, Progress.NONE);
            folder.commit();
            return totals;
          }
        });
  }

  /** The folders of the histories, in the order of users. */
  List<Path> folders() {
    List<Path> folders = new ArrayList<>();
    for (int part = 0; part < parts(); part++) {
      folders.add(PartFolder.of(Path.of(work.path()), NAME, part));
    }
    return folders;
  }
}
