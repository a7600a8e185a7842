package io.encodectr.load;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** An axis: values to shares of its length, and the values that are written at it. Immutable. */
final class Scale {
  /** From 1 to 2, 5, 10, 20, … */
  private static final double[] GROWTH = {2, 2.5, 2};

  private static final int TICKS = 8;

  private final boolean logarithmic;
  private final double from;
  private final double to;
  private final List<Double> ticks;
  private final List<String> names;

  private Scale(
      boolean logarithmic, double from, double to, List<Double> ticks, List<String> names) {
    this.logarithmic = logarithmic;
    this.from = from;
    this.to = to;
    this.ticks = List.copyOf(ticks);
    this.names = List.copyOf(names);
  }

  /** From 0 to at least {@code most}. */
  static Scale linear(double most) {
    double end = most > 0 ? most : 1;
    double step = Math.pow(10, Math.floor(Math.log10(end)) - 1);
    for (int i = 0; end / step > TICKS; i++) {
      step *= GROWTH[i % GROWTH.length];
    }
    List<Double> ticks = new ArrayList<>();
    for (int i = 0; i * step <= end * 1.0001; i++) {
      ticks.add(i * step);
    }
    return new Scale(false, 0, end, ticks, labels(ticks));
  }

  /** Logarithmic, around values above 0; at least a factor of ten long. */
  static Scale logarithmic(double least, double most) {
    double low = Math.max(least, 1e-6);
    double high = Math.max(most, low);
    double widening = Math.max(1.15, Math.sqrt(10 * low / high));
    double from = low / widening;
    double to = high * widening;
    boolean all = Math.log10(to / from) <= 3.2;
    List<Double> ticks = new ArrayList<>();
    for (int exponent = (int) Math.floor(Math.log10(from));
        exponent <= Math.log10(to);
        exponent++) {
      for (double digit : all ? new double[] {1, 2, 5} : new double[] {1}) {
        double tick = digit * Math.pow(10, exponent);
        if (tick >= from && tick <= to) {
          ticks.add(tick);
        }
      }
    }
    return new Scale(true, from, to, ticks, labels(ticks));
  }

  /** Percentiles, each further nine as long as the last: 0, 90, 99, 99.9. */
  static Scale nines(double highestPercent) {
    double to = Math.max(10, 100 / (100 - Math.min(highestPercent, 99.9999)));
    List<Double> ticks = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (double percent : new double[] {0, 50, 90, 99, 99.9, 99.99, 99.999}) {
      double tick = 100 / (100 - percent);
      if (tick <= to * 1.001) {
        ticks.add(tick);
        names.add(label(percent) + "%");
      }
    }
    return new Scale(true, 1, to, ticks, names);
  }

  private static List<String> labels(List<Double> ticks) {
    return ticks.stream().map(Scale::label).toList();
  }

  /** The values to write at the axis. */
  List<Double> ticks() {
    return ticks;
  }

  /** What to write at a tick. */
  String name(double tick) {
    int index = ticks.indexOf(tick);
    return index < 0 ? label(tick) : names.get(index);
  }

  /** Where a value lies: 0 at the axis' beginning, 1 at its end. Values beyond are put there. */
  double share(double value) {
    double share =
        logarithmic
            ? Math.log(Math.max(value, from) / from) / Math.log(to / from)
            : (value - from) / (to - from);
    return Math.clamp(share, 0, 1);
  }

  /** A number without needless digits. */
  static String label(double value) {
    String text =
        Math.abs(value) >= 1000
            ? String.format(Locale.ROOT, "%,.0f", value)
            : String.format(Locale.ROOT, "%.6f", value);
    return text.contains(".") ? text.replaceFirst("0+$", "").replaceFirst("\\.$", "") : text;
  }
}
