package io.encodectr.assembly;

import io.encodectr.file.InputException;
import java.io.Serializable;

/**
 * How negatives are drawn for logs that hold interactions only.
 *
 * @param popularity whether an item is drawn in proportion to its interactions rather than with the
 *     same chance as every other item of the log
 * @param perPositive how many negatives each positive gets, 1..1000
 */
public record Negatives(boolean popularity, int perPositive) implements Serializable {
  /** One negative a positive, by popularity. */
  public static final Negatives DEFAULT = new Negatives(true, 1);

  private static final int MOST = 1000;

  /**
   * Checks the number.
   *
   * @throws InputException if it is out of range
   */
  public Negatives {
    if (perPositive < 1 || perPositive > MOST) {
      throw new InputException(
          "negatives per positive: " + perPositive + "; give a number from 1 to " + MOST);
    }
  }

  /**
   * Negatives by the name of their distribution.
   *
   * @throws InputException if the distribution is neither popularity nor uniform
   */
  public static Negatives of(String distribution, int perPositive) {
    return switch (distribution) {
      case "popularity" -> new Negatives(true, perPositive);
      case "uniform" -> new Negatives(false, perPositive);
      default ->
          throw new InputException(
              "negatives \"" + distribution + "\" are not known; choose popularity or uniform");
    };
  }

  /** The distribution's name. */
  public String distribution() {
    return popularity ? "popularity" : "uniform";
  }
}
