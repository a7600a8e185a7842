package io.encodectr.experiment;

import io.encodectr.evaluation.DeLong;
import java.util.List;
import java.util.Locale;

/** Numbers and lists as findings have them. */
final class Wording {
  /** Below this a difference is called significant. */
  static final double LEVEL = 0.05;

  private Wording() {}

  static String auc(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }

  static String signed(double value) {
    return String.format(Locale.ROOT, "%+.4f", value).replace('-', '−');
  }

  static String number(double value) {
    String pattern = Math.abs(value) >= 100 ? "%,.0f" : Math.abs(value) >= 10 ? "%.1f" : "%.2f";
    return String.format(Locale.ROOT, pattern, value).replace('-', '−');
  }

  /** Two digits of a small number: {@code 0.00012}, {@code 3.4e-7}. */
  static String small(double value) {
    return String.format(Locale.ROOT, "%.2g", value).replace('-', '−');
  }

  static String p(double p) {
    return p < 1e-4 ? "p < 0.0001" : String.format(Locale.ROOT, "p = %.2g", p);
  }

  /** {@code +0.0011, p = 0.012}. */
  static String difference(DeLong.Difference difference) {
    return signed(difference.delta()) + ", " + p(difference.p());
  }

  /**
   * {@code +0.0011, p = 0.012}; of what is not told apart {@code +0.0003, 95% interval −0.0010 to
   * +0.0016}, since p says nothing there.
   */
  static String tested(DeLong.Difference difference) {
    return significant(difference)
        ? difference(difference)
        : signed(difference.delta())
            + ", 95% interval "
            + signed(difference.delta() - difference.margin())
            + " to "
            + signed(difference.delta() + difference.margin());
  }

  /** {@code between −0.0030 and +0.0022 with 95% confidence}. */
  static String interval(DeLong.Difference difference) {
    return "between "
        + signed(difference.delta() - difference.margin())
        + " and "
        + signed(difference.delta() + difference.margin())
        + " with 95% confidence";
  }

  static boolean significant(DeLong.Difference difference) {
    return difference.p() < LEVEL;
  }

  /** {@code a, b and c}. */
  static String list(List<String> words) {
    return words.size() < 2
        ? String.join("", words)
        : String.join(", ", words.subList(0, words.size() - 1)) + " and " + words.getLast();
  }
}
