package io.encodectr.world;

import io.encodectr.file.InputException;
import org.jspecify.annotations.Nullable;

/**
 * What the generated world is to be: sizes, period and seed. The same specification always gives
 * the same bytes.
 *
 * @param preset name of the preset it started from
 * @param users number of users
 * @param items number of items
 * @param categories number of item categories (leaves of the tree)
 * @param rows rows of the event log in total: behaviors before the sample period + exposed
 *     candidates
 * @param historyMedian median number of behaviors before the sample period; 0 = fitted so that
 *     {@value #HISTORY_SHARE} of the rows are such behaviors
 * @param historyMax the largest number of behaviors before the sample period
 * @param days length of the whole period in days
 * @param sampleDays length of its last part, from which page views are recorded
 * @param seed random seed
 */
public record WorldSpec(
    String preset,
    int users,
    int items,
    int categories,
    long rows,
    double historyMedian,
    int historyMax,
    int days,
    int sampleDays,
    long seed) {
  /** Share of the rows that lie before the sample period where the median is fitted. */
  public static final double HISTORY_SHARE = 0.6;

  /** Fewest and most candidates of a page view. */
  public static final int MIN_CANDIDATES = 8;

  public static final int MAX_CANDIDATES = 20;

  private static final int MAX_USERS = 50_000_000;
  private static final int MAX_ITEMS = 5_000_000;

  /** Refuses what no world can be made of; the messages name the options of {@code generate}. */
  public WorldSpec {
    range("--users", users, 1, MAX_USERS);
    range("--items", items, 100, MAX_ITEMS);
    range("--categories", categories, 2, Math.min(items / 10, Words.MAX_CATEGORIES));
    range("--history-max", historyMax, 1, 1_000_000);
    range("--sample-days", sampleDays, 1, 3_650);
    range("--days", days, sampleDays + 7L, 7_300);
    if (!(historyMedian >= 0) || historyMedian > historyMax) {
      throw new InputException(
          "--history-median must be from 1 to --history-max ("
              + historyMax
              + "), or 0 to fit it to --rows; it is "
              + historyMedian);
    }
    long fewest = (long) users * MAX_CANDIDATES;
    long most = (long) users * (historyMax + 10_000L);
    if (rows < fewest || rows > most) {
      throw new InputException(
          "--rows must be from "
              + fewest
              + " (20 a user, one page view) to "
              + most
              + " for --users "
              + users
              + " and --history-max "
              + historyMax
              + "; it is "
              + rows);
    }
  }

  private static void range(String option, long value, long low, long high) {
    if (value < low || value > high) {
      throw new InputException(
          option + " must be from " + low + " to " + high + "; it is " + value);
    }
  }

  /** A named starting point. */
  public enum Preset {
    /** Trains four models within two minutes on two cores. */
    DEMO("demo", 3_000, 2_000, 40, 940_000, 150),
    /** About a million samples. */
    SMALL("small", 10_000, 5_000, 80, 3_400_000, 150),
    /** The size of MovieLens-32M. */
    MOVIELENS_32M("movielens-32m", 200_948, 87_585, 128, 32_000_000, 0);

    private final String label;
    private final int users;
    private final int items;
    private final int categories;
    private final long rows;
    private final double historyMedian;

    Preset(String label, int users, int items, int categories, long rows, double historyMedian) {
      this.label = label;
      this.users = users;
      this.items = items;
      this.categories = categories;
      this.rows = rows;
      this.historyMedian = historyMedian;
    }

    /** The name that {@code --preset} takes. */
    public String label() {
      return label;
    }

    /**
     * The preset of that name.
     *
     * @throws InputException if there is none
     */
    public static Preset of(String label) {
      for (Preset preset : values()) {
        if (preset.label.equals(label)) {
          return preset;
        }
      }
      throw new InputException(
          "--preset must be demo, small or movielens-32m; it is \"" + label + "\"");
    }
  }

  /** What a caller asks for on top of a preset; null = not asked for. */
  public record Wishes(
      @Nullable Integer users,
      @Nullable Integer items,
      @Nullable Integer categories,
      @Nullable Long rows,
      @Nullable Double historyMedian,
      @Nullable Integer historyMax,
      @Nullable Integer days,
      @Nullable Integer sampleDays,
      @Nullable Long seed) {
    /** No wish at all. */
    public static Wishes none() {
      return new Wishes(null, null, null, null, null, null, null, null, null);
    }
  }

  /**
   * The preset, changed by the wishes. Rows follow the users where they are not given; the median
   * of the history length is fitted where rows are given and the median is not.
   *
   * @throws InputException if the result is no possible world
   */
  public static WorldSpec of(Preset preset, Wishes wishes) {
    int users = or(wishes.users, preset.users);
    int items = or(wishes.items, preset.items);
    int categories =
        or(
            wishes.categories,
            items == preset.items
                ? preset.categories
                : Math.clamp(items / 50, 8, Words.NAMED_CATEGORIES));
    int historyMax = or(wishes.historyMax, 3_000);
    double median =
        wishes.historyMedian != null
            ? wishes.historyMedian
            : wishes.rows != null ? 0 : Math.min(preset.historyMedian, historyMax);
    long seed = or(wishes.seed, 1L);
    long rows =
        wishes.rows != null
            ? wishes.rows
            : Math.max(
                rowsFor(preset, users, median, historyMax, wishes.historyMedian != null),
                users < 1 || historyMax < 1
                    ? 0
                    : Activity.leastRows(seed, users, median, historyMax));
    return new WorldSpec(
        preset.label,
        users,
        items,
        categories,
        rows,
        median,
        historyMax,
        or(wishes.days, 365),
        or(wishes.sampleDays, 60),
        seed);
  }

  /** Rows in proportion to the users; another median of the history moves its part of them. */
  private static long rowsFor(
      Preset preset, int users, double median, int historyMax, boolean medianGiven) {
    double perUser = preset.rows / (double) preset.users;
    if ((medianGiven || historyMax < 3_000) && median > 0 && preset.historyMedian > 0) {
      perUser +=
          Activity.meanHistory(median, historyMax)
              - Activity.meanHistory(preset.historyMedian, 3_000);
    }
    return Math.round(perUser * users);
  }

  private static <T> T or(@Nullable T wish, T otherwise) {
    return wish != null ? wish : otherwise;
  }
}
