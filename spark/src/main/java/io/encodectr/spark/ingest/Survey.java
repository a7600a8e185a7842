package io.encodectr.spark.ingest;

import io.encodectr.file.InputException;
import io.encodectr.log.ColumnField;
import io.encodectr.log.FileFormat;
import io.encodectr.log.Rejects;
import io.encodectr.log.WholeNumber;
import java.io.Closeable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.storage.StorageLevel;
import org.jspecify.annotations.Nullable;

/**
 * What the tables of an input hold: how many rows, which of them cannot be used, and every id with
 * the number of its events. The counts stay on the executors. Not thread-safe.
 */
final class Survey implements Closeable {
  private static final long TEXTS_OF_A_PART = 1 << 18;

  private final Dataset<Row> counts;
  private final Map<Integer, Kind> kinds = new HashMap<>();

  /** How many texts a kind has, whether all are whole numbers, and how many events they have. */
  private record Kind(long texts, boolean numbers, long events) {}

  /** Sums up what {@link SurveyRows} counted. */
  Survey(Dataset<Row> rows) {
    counts =
        rows.groupBy("kind", "text")
            .agg(functions.sum("n").as("n"))
            .persist(StorageLevel.DISK_ONLY());
    Column number = functions.col("text").rlike("^(?:" + WholeNumber.PATTERN + ")\\z");
    counts
        .filter(functions.col("kind").gt(SurveyKind.VALUES))
        .groupBy("kind")
        .agg(functions.count("text"), functions.min(number), functions.sum("n"))
        .collectAsList()
        .forEach(row ->
            kinds.put(row.getInt(0), new Kind(row.getLong(1), row.getBoolean(2), row.getLong(3))));
  }

  /** A text and how many events have it. */
  record Counted(String text, long events) {}

  /** Texts of a kind in the order of their codes. */
  Iterator<Counted> ordered(int kind) {
    Kind known = kinds.get(kind);
    if (known == null) {
      return Collections.emptyIterator();
    }
    Column text = functions.col("text");
    Column order = known.numbers ? text.cast(DataTypes.LongType) : text;
    int parts = Math.toIntExact(Math.ceilDiv(known.texts, TEXTS_OF_A_PART));
    // Each part is a job of its own: few are wanted.
    Iterator<Row> rows =
        counts
            .filter(functions.col("kind").equalTo(kind))
            .repartitionByRange(parts, order)
            .sortWithinPartitions(order)
            .select("text", "n")
            .toLocalIterator();
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return rows.hasNext();
      }

      @Override
      public Counted next() {
        Row row = rows.next();
        return new Counted(row.getString(0), row.getLong(1));
      }
    };
  }

  /** The accounts of all tables. */
  Accounts accounts() {
    return new Accounts(
        counts.filter(functions.col("kind").leq(SurveyKind.VALUES)).collectAsList());
  }

  /** How many events there are: every usable row has a user. */
  long usable() {
    Kind users = kinds.get(SurveyKind.USER);
    return users == null ? 0 : users.events;
  }

  @Override
  public void close() {
    counts.unpersist();
  }

  /** Rows by table and file, and those that cannot be used. */
  static final class Accounts {
    private final Map<String, Long> rows = new HashMap<>();
    private final Map<String, Long> bad = new HashMap<>();
    private final Map<String, Long> values = new HashMap<>();
    private final Map<String, TreeMap<Long, Long>> lines = new HashMap<>();
    private final Map<String, List<Place>> rejects = new HashMap<>();
    private final Map<String, List<Place>> beyond = new HashMap<>();

    private record Place(long block, long ordinal, String reason) {}

    Accounts(List<Row> counted) {
      for (Row row : counted) {
        String text = row.getString(1);
        long n = row.getLong(2);
        switch (row.getInt(0)) {
          case SurveyKind.LINES -> {
            String[] place = parts(text, 3);
            lines
                .computeIfAbsent(key(place), file -> new TreeMap<>())
                .put(Long.parseLong(place[2]), n);
          }
          case SurveyKind.ROWS -> rows.put(text, n);
          case SurveyKind.BAD -> bad.put(text, n);
          case SurveyKind.VALUES -> values.put(text, n);
          case SurveyKind.REJECT -> put(rejects, text);
          case SurveyKind.BEYOND -> put(beyond, text);
          default -> throw new IllegalStateException(row.toString());
        }
      }
    }

    private static void put(Map<String, List<Place>> places, String text) {
      String[] place = parts(text, 5);
      places
          .computeIfAbsent(key(place), file -> new ArrayList<>())
          .add(new Place(Long.parseLong(place[2]), Long.parseLong(place[3]), place[4]));
    }

    private static String[] parts(String text, int count) {
      return text.split(Pattern.quote(String.valueOf(SurveyRows.SEPARATOR)), count);
    }

    private static String key(String[] place) {
      return place[0] + SurveyRows.SEPARATOR + place[1];
    }

    /**
     * Accounts for a table.
     *
     * @param number of the table
     * @param columns its feature columns
     * @param word what messages call such a column
     * @throws InputException if too many of its rows cannot be used, some only by the local job, or
     *     a column of JSON lines has no value
     */
    void check(
        int number, TableSource source, List<ColumnField> columns, String word, Rejects total) {
      List<String> names = source.table().files().stream().map(file -> file.name()).toList();
      for (int f = 0; f < names.size(); f++) {
        String file = number + "" + SurveyRows.SEPARATOR + f;
        for (Rejects.Reject hard : first(beyond.get(file), names.get(f), file, 1)) {
          throw new InputException(
              "%s, line %d: %s; use ./encode ingest for such a log"
                  .formatted(hard.file(), hard.line(), hard.reason()));
        }
        total.add(
            first(rejects.get(file), names.get(f), file, Rejects.KEPT),
            bad.getOrDefault(file, 0L),
            rows.getOrDefault(file, 0L));
      }
      total.endTable(source.table().name());
      for (int c = 0; c < columns.size(); c++) {
        if (source.table().format() == FileFormat.JSONL
            && !values.containsKey(number + "" + SurveyRows.SEPARATOR + c)) {
          throw new InputException(
              "%s: %s %s has no value in any line; check the name \"%s\" in the mapping"
                  .formatted(
                      names.getFirst(), word, columns.get(c).name(), columns.get(c).field()));
        }
      }
    }

    private List<Rejects.Reject> first(
        @Nullable List<Place> places, String name, String file, int most) {
      if (places == null) {
        return List.of();
      }
      Map<Long, Long> before = linesBefore(file);
      return places.stream()
          .sorted(Comparator.comparingLong(Place::block).thenComparingLong(Place::ordinal))
          .limit(most)
          .map(place ->
              new Rejects.Reject(
                  name, before.getOrDefault(place.block, 0L) + place.ordinal + 1, place.reason))
          .toList();
    }

    private Map<Long, Long> linesBefore(String file) {
      Map<Long, Long> before = new HashMap<>();
      long sum = 0;
      for (Map.Entry<Long, Long> block : lines.getOrDefault(file, new TreeMap<>()).entrySet()) {
        before.put(block.getKey(), sum);
        sum += block.getValue();
      }
      return before;
    }
  }
}
