package io.encodectr.ingest;

import io.encodectr.dataset.Column;
import io.encodectr.dataset.IdDictionary;
import io.encodectr.file.FloatColumn;
import io.encodectr.file.IntColumn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Context columns of samples. Vocabularies and ranges are those of the training samples alone: a
 * value that is first seen in the test period is unknown there, as it would be when serving.
 */
final class ContextColumns {
  private final Events events;
  private final List<ColumnField> fields;
  private final int[] source;
  private final @Nullable BitSet[] used;
  private final float[] min;
  private final float[] max;
  private final List<Column> columns = new ArrayList<>();
  private final int[][] newCodes;

  /** No training sample seen yet. */
  ContextColumns(LogDescription log, Events events) {
    this.events = events;
    fields = log.context();
    source = new int[fields.size()];
    used = new BitSet[fields.size()];
    min = new float[fields.size()];
    max = new float[fields.size()];
    newCodes = new int[fields.size()][];
    Arrays.fill(min, Float.POSITIVE_INFINITY);
    Arrays.fill(max, Float.NEGATIVE_INFINITY);
    int read = 0;
    for (int c = 0; c < fields.size(); c++) {
      source[c] = fields.get(c).derived() == null ? read++ : -1;
      used[c] = new BitSet();
    }
  }

  /** Takes note of a training sample. */
  void learn(long event) {
    for (int c = 0; c < source.length; c++) {
      if (source[c] >= 0) {
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
    }
  }

  /** Whether there is anything to learn. */
  boolean learns() {
    return Arrays.stream(source).anyMatch(s -> s >= 0);
  }

  /** Ends learning, and writes the vocabularies to a folder. */
  void finish(Path folder, Database database) throws IOException {
    for (int c = 0; c < fields.size(); c++) {
      ColumnField field = fields.get(c);
      if (field.derived() != null) {
        columns.add(
            new Column(
                field.name(),
                field.kind(),
                false,
                field.derived().equals("hour") ? 24 : 7,
                0,
                0,
                field.derived()));
      } else if (field.categorical()) {
        Files.createDirectories(folder);
        columns.add(Column.categorical(field.name(), vocabulary(folder, c, database)));
      } else {
        boolean any = min[c] <= max[c];
        columns.add(Column.continuous(field.name(), any ? min[c] : 0, any ? max[c] : 0));
      }
    }
  }

  private int vocabulary(Path folder, int c, Database database) throws IOException {
    List<String> values = new ArrayList<>();
    List<Integer> codes = new ArrayList<>();
    BitSet seen = used[c];
    database.each(
        "SELECT code, id FROM context_codes_" + source[c] + " ORDER BY code",
        row -> {
          if (seen.get(row.getInt(1))) {
            codes.add(row.getInt(1));
            values.add(row.getString(2));
          }
        });
    newCodes[c] = new int[seen.length()];
    Arrays.fill(newCodes[c], -1);
    for (int k = 0; k < codes.size(); k++) {
      newCodes[c][codes.get(k)] = k;
    }
    IdDictionary.write(folder, fields.get(c).name() + ".vocabulary", values);
    return values.size();
  }

  /** The columns for the schema. */
  List<Column> columns() {
    return columns;
  }

  /** Code of a categorical column for an event, -1 for none. */
  int code(int c, long event) {
    if (source[c] < 0) {
      return columns.get(c).derivedCode(events.time().get(event));
    }
    IntColumn codes = events.contextCodes().get(source[c]);
    int code = codes == null ? -1 : codes.get(event);
    return code < 0 || code >= newCodes[c].length ? -1 : newCodes[c][code];
  }

  /** Normalized number of a continuous column for an event, 0 for none. */
  float number(int c, long event) {
    FloatColumn numbers = events.contextNumbers().get(source[c]);
    return numbers == null ? 0 : columns.get(c).normalize(numbers.get(event));
  }
}
