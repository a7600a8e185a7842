package io.encodectr.spark.ingest;

import io.encodectr.log.LogDescription;
import java.util.Iterator;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/**
 * Counts the events of users, items, page views and context values of a log.
 *
 * @param table number of the table
 */
record LogSurvey(int table, TableSource source, LogDescription log)
    implements MapPartitionsFunction<Row, Row> {
  @Override
  public Iterator<Row> call(Iterator<Row> rows) {
    LogRow row = new LogRow(log);
    return new SurveyRows(table, source, rows) {
      @Override
      @Nullable String take(RawRow raw) {
        row.read(raw);
        for (int c = 0; c < row.texts.length; c++) {
          if (row.hasContext(c)) {
            value(c);
          }
        }
        if (row.reason == null) {
          count(SurveyKind.USER, row.user);
          count(SurveyKind.ITEM, row.item);
          if (row.pageView != null) {
            count(SurveyKind.PAGE_VIEW, row.pageView);
          }
          for (int c = 0; c < row.texts.length; c++) {
            String text = row.texts[c];
            if (text != null) {
              count(SurveyKind.CONTEXT + c, text);
            }
          }
        }
        return row.reason;
      }
    };
  }
}
