package io.encodectr.cli;

import io.encodectr.file.ByteColumn;
import io.encodectr.file.FloatColumn;
import io.encodectr.file.InputException;
import io.encodectr.file.IntColumn;
import io.encodectr.file.LongColumn;
import io.encodectr.file.NpyHeader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/** Says what a single column holds. */
final class ColumnInspection {
  private static final int SHOWN = 8;

  private interface Values {
    Number get(long i);
  }

  private ColumnInspection() {}

  /** Inspects an {@code .npy} file. */
  static Inspection of(Path file) throws IOException {
    NpyHeader header = NpyHeader.read(file);
    return switch (header.type()) {
      case IntColumn.TYPE -> {
        IntColumn column = IntColumn.map(file);
        yield of(file, header, column.size(), column::get);
      }
      case LongColumn.TYPE -> {
        LongColumn column = LongColumn.map(file);
        yield of(file, header, column.size(), column::get);
      }
      case FloatColumn.TYPE -> {
        FloatColumn column = FloatColumn.map(file);
        yield of(file, header, column.size(), column::get);
      }
      case ByteColumn.TYPE -> {
        ByteColumn column = ByteColumn.map(file);
        yield of(file, header, column.size(), i -> column.get(i) & 0xff);
      }
      default ->
          throw new InputException(
              file
                  + ": an .npy file of type "
                  + header.type()
                  + " and shape "
                  + header.shape()
                  + "; ours have one dimension of <i4, <i8, <f4 or |u1");
    };
  }

  private static Inspection of(Path file, NpyHeader header, long size, Values values) {
    var facts = new LinkedHashMap<String, Object>();
    facts.put("kind", "npy");
    facts.put("type", header.type());
    facts.put("values", size);
    double min = Double.POSITIVE_INFINITY;
    double max = Double.NEGATIVE_INFINITY;
    double sum = 0;
    long missing = 0;
    for (long i = 0; i < size; i++) {
      double value = values.get(i).doubleValue();
      if (Double.isNaN(value)) {
        missing++;
      } else {
        min = Math.min(min, value);
        max = Math.max(max, value);
        sum += value;
      }
    }
    boolean whole = !header.type().equals(FloatColumn.TYPE);
    if (size > missing) {
      facts.put("min", whole ? (Number) (long) min : (Number) min);
      facts.put("max", whole ? (Number) (long) max : (Number) max);
      facts.put("mean", sum / (size - missing));
    }
    if (!whole) {
      facts.put("not_a_number", missing);
    }
    if (size > 0 && file.toAbsolutePath().getFileName().toString().equals("time.npy")) {
      facts.put("from", Inspection.date((long) min));
      facts.put("to", Inspection.date((long) max));
    }
    List<Number> first = new ArrayList<>();
    for (long i = 0; i < Math.min(size, SHOWN); i++) {
      first.add(values.get(i));
    }
    facts.put("first", first);
    return new Inspection(
        "A column of " + Inspection.count(size) + " values of type " + header.type() + ".", facts);
  }
}
