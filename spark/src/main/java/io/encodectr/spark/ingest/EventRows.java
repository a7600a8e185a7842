package io.encodectr.spark.ingest;

import io.encodectr.assembly.Event;
import io.encodectr.log.ColumnField;
import io.encodectr.log.LogDescription;
import java.io.IOException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * The usable rows of a log in codes, each with the part that it belongs to.
 *
 * @param firstUsers first user code of each part, ascending
 */
record EventRows(TableSource source, LogDescription log, SharedFolder work, int[] firstUsers)
    implements MapPartitionsFunction<Row, Row> {
  /** Column of the part. */
  static final String PART = "part";

  /** Columns that order the events of a part. */
  static final List<String> ORDER = List.of("user", "time", "place");

  private static final int CONTEXT = 8;

  /** Columns of the rows. */
  static StructType schema(LogDescription log) {
    StructType schema =
        new StructType()
            .add(PART, DataTypes.IntegerType, false)
            .add("user", DataTypes.IntegerType, false)
            .add("time", DataTypes.LongType, false)
            .add("place", DataTypes.LongType, false)
            .add("item", DataTypes.IntegerType, false)
            .add("label", DataTypes.IntegerType, false)
            .add("page_view", DataTypes.IntegerType, false)
            .add("probability", DataTypes.FloatType, false);
    List<ColumnField> context = log.readContext();
    for (int c = 0; c < context.size(); c++) {
      boolean categorical = context.get(c).categorical();
      schema =
          schema.add("c" + c, categorical ? DataTypes.IntegerType : DataTypes.FloatType, false);
    }
    return schema;
  }

  @Override
  public Iterator<Row> call(Iterator<Row> rows) throws IOException {
    return new Coded(rows, LogCodes.of(work.require().toString(), log));
  }

  /** Puts a row into an event. */
  static void fill(Event event, Row row, List<ColumnField> context) {
    event.user = row.getInt(1);
    event.time = row.getLong(2);
    event.row = row.getLong(3);
    event.item = row.getInt(4);
    event.label = row.getInt(5);
    event.pageView = row.getInt(6);
    event.probability = row.getFloat(7);
    for (int c = 0; c < context.size(); c++) {
      if (context.get(c).categorical()) {
        event.codes[c] = row.getInt(CONTEXT + c);
      } else {
        event.numbers[c] = row.getFloat(CONTEXT + c);
      }
    }
  }

  /** Usable rows of some blocks. */
  private final class Coded extends CodedRows {
    private final LogCodes codes;
    private final LogRow row = new LogRow(log);
    private final List<ColumnField> context = log.readContext();

    Coded(Iterator<Row> rows, LogCodes codes) {
      super(source, rows);
      this.codes = codes;
    }

    @Override
    @Nullable Row coded(RawRow raw) {
      row.read(raw);
      if (row.reason != null) {
        return null;
      }
      int user = codes.user(row.user);
      int at = Arrays.binarySearch(firstUsers, user);
      Object[] values = new Object[CONTEXT + context.size()];
      values[0] = at >= 0 ? at : -at - 2;
      values[1] = user;
      values[2] = row.time;
      values[3] = Place.of(raw);
      values[4] = codes.item(row.item);
      values[5] = row.label;
      values[6] = codes.pageView(row.pageView);
      values[7] = row.probability;
      for (int c = 0; c < context.size(); c++) {
        values[CONTEXT + c] =
            context.get(c).categorical()
                ? (Object) codes.context(c, row.texts[c])
                : (Object) row.numbers[c];
      }
      return RowFactory.create(values);
    }
  }
}
