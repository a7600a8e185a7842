package io.encodectr.assembly;

import io.encodectr.dataset.Column;
import io.encodectr.dataset.IdDictionary;
import io.encodectr.file.FloatColumn;
import io.encodectr.file.IntColumn;
import io.encodectr.log.ColumnField;
import io.encodectr.log.LogDescription;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * What the training samples say of context columns: vocabularies and ranges. A value that is first
 * seen in the test period is unknown there, as it would be when serving. Not thread-safe.
 */
public final class ContextLearner implements Serializable {
  private static final long serialVersionUID = 1L;

  private final ArrayList<ColumnField> fields;

  /** Place among the columns read from the log; -1 for derived columns. */
  private final int[] source;

  private final BitSet[] used;
  private final float[] min;
  private final float[] max;

  /** Texts of a categorical column's codes in the log. */
  @FunctionalInterface
  public interface Texts {
    /**
     * Text of each wanted code, in the order of the codes.
     *
     * @param source place of the column among those read from the log
     */
    List<String> of(int source, BitSet wanted) throws IOException;
  }

  /** No training sample seen yet. */
  public ContextLearner(LogDescription log) {
    fields = new ArrayList<>(log.context());
    source = new int[fields.size()];
    used = new BitSet[fields.size()];
    min = new float[fields.size()];
    max = new float[fields.size()];
    Arrays.fill(min, Float.POSITIVE_INFINITY);
    Arrays.fill(max, Float.NEGATIVE_INFINITY);
    int read = 0;
    for (int c = 0; c < fields.size(); c++) {
      source[c] = fields.get(c).derived() == null ? read++ : -1;
      used[c] = new BitSet();
    }
  }

  /** Takes note of a training sample. */
  void learn(Events events, long event) {
    for (int c = 0; c < source.length; c++) {
      if (source[c] >= 0) {
        learn(c, events, event);
      }
    }
  }

  private void learn(int c, Events events, long event) {
    IntColumn codes = events.contextCodes().get(source[c]);
    FloatColumn numbers = events.contextNumbers().get(source[c]);
    if (codes != null) {
      int code = codes.get(event);
      if (code >= 0) {
        used[c].set(code);
      }
    } else if (numbers != null) {
      float number = numbers.get(event);
      if (!Float.isNaN(number)) {
        min[c] = Math.min(min[c], number);
        max[c] = Math.max(max[c], number);
      }
    }
  }

  /** Whether there is anything to learn. */
  boolean learns() {
    return Arrays.stream(source).anyMatch(s -> s >= 0);
  }

  /** Adds what was learned from other samples of the same log. */
  public void add(ContextLearner other) {
    for (int c = 0; c < source.length; c++) {
      used[c].or(other.used[c]);
      min[c] = Math.min(min[c], other.min[c]);
      max[c] = Math.max(max[c], other.max[c]);
    }
  }

  /** Ends learning, and writes the vocabularies to a folder. */
  public ContextColumns finish(Path folder, Texts texts) throws IOException {
    List<Column> columns = new ArrayList<>();
    int[][] newCodes = new int[source.length][0];
    for (int c = 0; c < source.length; c++) {
      ColumnField field = fields.get(c);
      if (field.derived() != null) {
        columns.add(derived(field, field.derived()));
      } else if (field.categorical()) {
        Files.createDirectories(folder);
        List<String> vocabulary = texts.of(source[c], used[c]);
        IdDictionary.write(folder, field.name() + ".vocabulary", vocabulary);
        newCodes[c] = newCodes(used[c]);
        columns.add(Column.categorical(field.name(), vocabulary.size()));
      } else {
        boolean any = min[c] <= max[c];
        columns.add(Column.continuous(field.name(), any ? min[c] : 0, any ? max[c] : 0));
      }
    }
    return new ContextColumns(columns, source, newCodes);
  }

  private static Column derived(ColumnField field, String from) {
    int codes = from.equals("hour") ? 24 : 7;
    return new Column(field.name(), field.kind(), false, codes, 0, 0, from);
  }

  private static int[] newCodes(BitSet used) {
    int[] codes = new int[used.length()];
    Arrays.fill(codes, -1);
    int next = 0;
    for (int code = used.nextSetBit(0); code >= 0; code = used.nextSetBit(code + 1)) {
      codes[code] = next++;
    }
    return codes;
  }
}
