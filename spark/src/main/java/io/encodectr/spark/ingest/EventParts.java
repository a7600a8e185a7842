package io.encodectr.spark.ingest;

import io.encodectr.assembly.Event;
import io.encodectr.assembly.EventColumns;
import io.encodectr.log.ColumnField;
import io.encodectr.log.LogDescription;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Streams the sorted events of a part into columns: however many events a user has, one at a time
 * is in memory.
 *
 * @param firstUsers first user code of each part, and the number of users
 */
record EventParts(LogDescription log, SharedFolder work, int[] firstUsers)
    implements MapPartitionsFunction<Row, Row> {
  /** Name of the parts. */
  static final String NAME = "events";

  /** Columns of what is told: part, events that came, repetitions among them. */
  static final StructType SCHEMA =
      new StructType()
          .add("part", DataTypes.IntegerType, false)
          .add("rows", DataTypes.LongType, false)
          .add("duplicates", DataTypes.LongType, false);

  @Override
  public Iterator<Row> call(Iterator<Row> rows) throws IOException {
    if (!rows.hasNext()) {
      return List.<Row>of().iterator();
    }
    Row row = rows.next();
    int part = row.getInt(0);
    List<ColumnField> context = log.readContext();
    Event event = new Event(log);
    try (PartFolder folder = PartFolder.create(PartFolder.of(work.require(), NAME, part))) {
      long came;
      long duplicates;
      try (EventColumns columns = new EventColumns(folder.path(), log, firstUsers[part])) {
        EventRows.fill(event, row, context);
        columns.add(event);
        while (rows.hasNext()) {
          row = rows.next();
          if (row.getInt(0) != part) {
            throw new IOException("parts " + part + " and " + row.getInt(0) + " in one task");
          }
          EventRows.fill(event, row, context);
          columns.add(event);
        }
        columns.finish(firstUsers[part + 1]);
        came = columns.rows();
        duplicates = columns.duplicates();
      }
      folder.commit();
      return List.of(RowFactory.create(part, came, duplicates)).iterator();
    }
  }
}
