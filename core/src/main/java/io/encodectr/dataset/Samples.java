package io.encodectr.dataset;

import io.encodectr.file.ByteColumn;
import io.encodectr.file.Damage;
import io.encodectr.file.FloatColumn;
import io.encodectr.file.IntColumn;
import io.encodectr.file.LongColumn;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The samples of the training or the test period, sorted by user, then time, then input order. A
 * sample copies no history: it is a user and how many of that user's behaviors came before.
 * Memory-mapped, read-only, thread-safe.
 */
public final class Samples {
  private final int size;
  private final IntColumn users;
  private final IntColumn targets;
  private final LongColumn times;
  private final IntColumn historyEnds;
  private final ByteColumn labels;
  private final @Nullable IntColumn pageViews;
  private final @Nullable FloatColumn probabilities;
  private final @Nullable IntColumn[] contextCodes;
  private final @Nullable FloatColumn[] contextValues;

  private Samples(Path folder, int size, DatasetInfo info, Arena arena) throws IOException {
    this.size = size;
    users = ints(folder, "user", arena);
    targets = ints(folder, "target", arena);
    historyEnds = ints(folder, "history_end", arena);
    Path timePath = folder.resolve("time.npy");
    times = LongColumn.map(timePath, arena);
    Offsets.requireSize(timePath, times.size(), size);
    Path labelPath = folder.resolve("label.npy");
    labels = ByteColumn.map(labelPath, arena);
    Offsets.requireSize(labelPath, labels.size(), size);
    pageViews = info.pageViews() ? ints(folder, "page_view", arena) : null;
    probabilities = info.probability() ? floats(folder, "probability", arena) : null;
    List<Column> context = info.schema().context();
    contextCodes = new IntColumn[context.size()];
    contextValues = new FloatColumn[context.size()];
    for (int c = 0; c < context.size(); c++) {
      String name = "context." + context.get(c).name();
      if (context.get(c).categorical()) {
        contextCodes[c] = ints(folder, name, arena);
      } else {
        contextValues[c] = floats(folder, name, arena);
      }
    }
  }

  static Samples map(Path folder, int size, DatasetInfo info, Arena arena) throws IOException {
    return new Samples(folder, size, info, arena);
  }

  /** The rows of {@code all} that were chosen, copied out. */
  private Samples(Samples all, int[] rows) {
    size = rows.length;
    users = chosen(all.users, rows);
    targets = chosen(all.targets, rows);
    historyEnds = chosen(all.historyEnds, rows);
    times = LongColumn.of(Arrays.stream(rows).mapToLong(all::time).toArray());
    byte[] ones = new byte[size];
    for (int i = 0; i < size; i++) {
      ones[i] = all.labels.get(rows[i]);
    }
    labels = ByteColumn.of(ones);
    pageViews = all.pageViews == null ? null : chosen(all.pageViews, rows);
    probabilities = all.probabilities == null ? null : chosen(all.probabilities, rows);
    contextCodes = new IntColumn[all.contextCodes.length];
    contextValues = new FloatColumn[all.contextValues.length];
    for (int c = 0; c < contextCodes.length; c++) {
      IntColumn codes = all.contextCodes[c];
      FloatColumn values = all.contextValues[c];
      contextCodes[c] = codes == null ? null : chosen(codes, rows);
      contextValues[c] = values == null ? null : chosen(values, rows);
    }
  }

  private static IntColumn chosen(IntColumn all, int[] rows) {
    return IntColumn.of(Arrays.stream(rows).map(all::get).toArray());
  }

  private static FloatColumn chosen(FloatColumn all, int[] rows) {
    float[] values = new float[rows.length];
    for (int i = 0; i < rows.length; i++) {
      values[i] = all.get(rows[i]);
    }
    return FloatColumn.of(values);
  }

  /** The samples of some users, in the same order. */
  Samples of(IntPredicate wantedUsers) {
    return new Samples(
        this, IntStream.range(0, size).filter(s -> wantedUsers.test(user(s))).toArray());
  }

  private IntColumn ints(Path folder, String name, Arena arena) throws IOException {
    Path path = folder.resolve(name + ".npy");
    IntColumn column = IntColumn.map(path, arena);
    Offsets.requireSize(path, column.size(), size);
    return column;
  }

  private FloatColumn floats(Path folder, String name, Arena arena) throws IOException {
    Path path = folder.resolve(name + ".npy");
    FloatColumn column = FloatColumn.map(path, arena);
    Offsets.requireSize(path, column.size(), size);
    return column;
  }

  /** Number of samples. */
  public int size() {
    return size;
  }

  /** User of a sample. */
  public int user(int s) {
    return users.get(s);
  }

  /** Target item of a sample. */
  public int target(int s) {
    return targets.get(s);
  }

  /** Time of a sample, seconds since the epoch. */
  public long time(int s) {
    return times.get(s);
  }

  /** Number of the user's behaviors strictly before the sample: its history is [0, historyEnd). */
  public int historyEnd(int s) {
    return historyEnds.get(s);
  }

  /** 1 for a click, 0 for none. */
  public int label(int s) {
    return labels.get(s);
  }

  /** The page view that a sample belongs to, or -1 for none. */
  public int pageView(int s) {
    return pageViews == null ? -1 : pageViews.get(s);
  }

  /** The true click probability, known in synthetic worlds only; NaN where it is not known. */
  public float probability(int s) {
    return probabilities == null ? Float.NaN : probabilities.get(s);
  }

  /** Whether samples name their page views. */
  public boolean hasPageViews() {
    return pageViews != null;
  }

  /** Whether the true click probabilities are known. */
  public boolean hasProbability() {
    return probabilities != null;
  }

  /**
   * Code of a categorical context column, -1 for missing.
   *
   * @param column index in {@link Schema#context}
   * @throws IllegalArgumentException if the column is continuous
   */
  public int contextCode(int column, int s) {
    IntColumn codes = contextCodes[column];
    if (codes == null) {
      throw new IllegalArgumentException("context column " + column + " is continuous");
    }
    return codes.get(s);
  }

  /**
   * Value of a continuous context column, in [0, 1).
   *
   * @param column index in {@link Schema#context}
   * @throws IllegalArgumentException if the column is categorical
   */
  public float contextValue(int column, int s) {
    FloatColumn values = contextValues[column];
    if (values == null) {
      throw new IllegalArgumentException("context column " + column + " is categorical");
    }
    return values.get(s);
  }

  /**
   * Checks that every user, target, label, history end and context code is in its range.
   *
   * @param folder for the error
   * @throws io.encodectr.file.InputException at the first that is not
   */
  void checkRanges(Path folder, DatasetInfo info, Behaviors behaviors) {
    for (int s = 0; s < size; s++) {
      if (user(s) < 0 || user(s) >= info.users()) {
        throw wrong(folder, "user", s, user(s));
      }
      if (target(s) < 0 || target(s) >= info.items()) {
        throw wrong(folder, "target", s, target(s));
      }
      if (label(s) != 0 && label(s) != 1) {
        throw wrong(folder, "label", s, label(s));
      }
      if (historyEnd(s) < 0 || historyEnd(s) > behaviors.length(user(s))) {
        throw wrong(folder, "history_end", s, historyEnd(s));
      }
    }
    List<Column> context = info.schema().context();
    for (int c = 0; c < context.size(); c++) {
      IntColumn codes = contextCodes[c];
      for (int s = 0; codes != null && s < size; s++) {
        if (codes.get(s) < -1 || codes.get(s) >= context.get(c).vocabulary()) {
          throw wrong(folder, "context." + context.get(c).name(), s, codes.get(s));
        }
      }
    }
  }

  /**
   * Checks every sample against the behaviors and the schema.
   *
   * @param folder for the error
   * @param earliest the first second that a sample may have
   * @param latest the last second that a sample may have
   * @throws io.encodectr.file.InputException at the first sample that contradicts them
   */
  void check(Path folder, DatasetInfo info, Behaviors behaviors, long earliest, long latest) {
    checkRanges(folder, info, behaviors);
    for (int s = 0; s < size; s++) {
      if (s > 0 && (user(s) < user(s - 1) || (user(s) == user(s - 1) && time(s) < time(s - 1)))) {
        throw wrong(folder, "time", s, time(s));
      }
      if (time(s) < earliest || time(s) > latest) {
        throw wrong(folder, "time", s, time(s));
      }
      if (historyEnd(s) != behaviors.countBefore(user(s), time(s))) {
        throw wrong(folder, "history_end", s, historyEnd(s));
      }
      if (hasPageViews() && pageView(s) < -1) {
        throw wrong(folder, "page_view", s, pageView(s));
      }
      if (hasProbability() && (probability(s) < 0 || probability(s) > 1)) {
        throw wrong(folder, "probability", s, probability(s));
      }
      checkContext(folder, info.schema().context(), s);
    }
  }

  private void checkContext(Path folder, List<Column> context, int s) {
    for (int c = 0; c < context.size(); c++) {
      Column column = context.get(c);
      String file = "context." + column.name();
      if (column.categorical()) {
        int code = contextCode(c, s);
        if (column.derived() != null && code != column.derivedCode(time(s))) {
          throw wrong(folder, file, s, code);
        }
      } else if (!(contextValue(c, s) >= 0 && contextValue(c, s) < 1)) {
        throw wrong(folder, file, s, contextValue(c, s));
      }
    }
  }

  private static RuntimeException wrong(Path folder, String column, int sample, Number value) {
    return Damage.of(
        folder.resolve(column + ".npy"), "sample " + sample + " has the value " + value);
  }
}
