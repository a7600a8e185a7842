package io.encodectr.log;

import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a log and the tables beside it hold: what a mapping says, or a built-in format knows.
 *
 * @param table the log's files
 * @param user the column with the user's id
 * @param item the column with the item's id
 * @param integerIds whether an id that is no whole number makes a row unusable
 * @param time the column with the time
 * @param label the column with the label; null if every row is a positive interaction
 * @param rating a column that is only checked to hold a number from 0 to 10; null for none
 * @param pageView the column with the page view's id, or null
 * @param probability the column with the true click probability, or null
 * @param context feature columns of a row
 * @param items the item catalog, or null
 * @param users the user catalog, or null
 * @param history which interactions become behaviors unless an option says otherwise
 * @param samplesFrom first second with samples unless an option says otherwise; null = all
 * @param sources the files as the user gave them, for {@code dataset.json}
 */
public record LogDescription(
    SourceTable table,
    String user,
    String item,
    boolean integerIds,
    TimeField time,
    @Nullable LabelField label,
    @Nullable String rating,
    @Nullable String pageView,
    @Nullable String probability,
    List<ColumnField> context,
    @Nullable Catalog items,
    @Nullable Catalog users,
    History history,
    @Nullable Long samplesFrom,
    List<InputFile> sources)
    implements Serializable {
  /** The unit of a time column. */
  public enum Unit {
    /** Seconds since 1970. */
    SECONDS,
    /** Milliseconds since 1970. */
    MILLISECONDS,
    /** Seconds, or milliseconds where the number is 10¹¹ or more. */
    EITHER,
    /** ISO 8601; without an offset UTC. */
    ISO
  }

  /**
   * A time column.
   *
   * @param field its name in the input
   */
  public record TimeField(String field, Unit unit) implements Serializable {}

  /**
   * A label column.
   *
   * @param field its name in the input
   * @param positiveAt smallest positive number; null = the values are 0, 1, false and true
   * @param min smallest number allowed
   * @param max largest number allowed
   */
  public record LabelField(String field, @Nullable Double positiveAt, double min, double max)
      implements Serializable {
    LabelField withPositiveAt(double least) {
      return new LabelField(field, least, min, max);
    }
  }

  /** Whether negatives are to be sampled. */
  public boolean interactionsOnly() {
    return label == null;
  }

  /** The context columns that are read from the log rather than derived. */
  public List<ColumnField> readContext() {
    return context.stream().filter(column -> column.derived() == null).toList();
  }

  /** The same with another bound between negative and positive labels. */
  public LogDescription withPositiveAt(double least) {
    LabelField bound = label == null ? null : label.withPositiveAt(least);
    return new LogDescription(
        table,
        user,
        item,
        integerIds,
        time,
        bound,
        rating,
        pageView,
        probability,
        context,
        items,
        users,
        history,
        samplesFrom,
        sources);
  }
}
