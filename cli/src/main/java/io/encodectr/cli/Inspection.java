package io.encodectr.cli;

import io.encodectr.dataset.Column;
import io.encodectr.dataset.Schema;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;

/**
 * What a file or folder holds.
 *
 * @param sentence for a person
 * @param facts for a {@link ResultPrinter}; may be added to
 */
record Inspection(String sentence, SequencedMap<String, Object> facts) {
  /** UTC, such as 2026-11-23T12:00:00Z. */
  static String date(long seconds) {
    try {
      return Instant.ofEpochSecond(seconds).toString();
    } catch (java.time.DateTimeException e) {
      return seconds + " s";
    }
  }

  /** Thousands apart, such as 1,234. */
  static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** A part of a whole, 0..1; NaN of nothing. */
  static double share(long part, long whole) {
    return whole == 0 ? Double.NaN : (double) part / whole;
  }

  /** Mean, median, 90th percentile and maximum; the array is sorted. */
  static Map<String, Object> lengths(int[] values) {
    Arrays.sort(values);
    var facts = new LinkedHashMap<String, Object>();
    facts.put("mean", Arrays.stream(values).average().orElse(Double.NaN));
    facts.put("median", quantile(values, 0.5));
    facts.put("p90", quantile(values, 0.9));
    facts.put("max", quantile(values, 1));
    return facts;
  }

  private static int quantile(int[] sorted, double q) {
    return sorted.length == 0 ? 0 : sorted[Math.max(0, (int) Math.ceil(q * sorted.length) - 1)];
  }

  /** One row a column. */
  static List<Map<String, Object>> columns(Schema schema) {
    List<Map<String, Object>> rows = new ArrayList<>();
    addColumns("item", schema.item(), rows);
    addColumns("user", schema.user(), rows);
    addColumns("context", schema.context(), rows);
    return rows;
  }

  private static void addColumns(String of, List<Column> columns, List<Map<String, Object>> rows) {
    for (Column column : columns) {
      var row = new LinkedHashMap<String, Object>();
      row.put("of", of);
      row.put("column", column.name());
      String kind = column.categorical() ? "categorical" : "continuous";
      row.put("kind", column.multiValued() ? kind + ", multi-valued" : kind);
      row.put("vocabulary", column.vocabulary());
      row.put(
          "range",
          column.derived() != null
              ? "from the time, UTC"
              : column.categorical() ? "" : column.min() + " to " + column.max());
      rows.add(row);
    }
  }
}
