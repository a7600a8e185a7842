package io.encodectr.bench.growth;

import java.awt.Color;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;

/**
 * Tables in Markdown and plots of what was measured. An exponent is the slope of the logarithm of
 * time over that of size, fitted by least squares to the upper half of the sizes, where what does
 * not grow weighs least.
 */
final class GrowthReport {
  /** By stage: what the paper says a unit costs (§3.4, Table 1). */
  private static final Map<String, String> COMPLEXITY =
      Map.of(
          "ingest", "–",
          "train encode", "O(Ldm + TKLm + Lm + BKd)",
          "train din-l", "O(BLd)",
          "extract", "O(Ldm + TKLm + Lm)",
          "evaluate", "O(Ldm + TKLm + Lm + BKd)",
          "score", "O(BKd)",
          "attend encode", "O(BKd)",
          "attend din-l", "O(BLd)");

  /** The exponent that follows, by axis and stage; upper bounds where terms add up. */
  private static final Map<String, Map<String, String>> EXPECTED =
      Map.of(
          "users",
          Map.of(
              "ingest",
              "1",
              "train encode",
              "1",
              "train din-l",
              "1",
              "extract",
              "1",
              "evaluate",
              "1",
              "score",
              "0"),
          "history",
          Map.of(
              "ingest",
              "0",
              "train encode",
              "1",
              "train din-l",
              "1",
              "extract",
              "1",
              "evaluate",
              "1",
              "score",
              "0"),
          "clusters",
          Map.of(
              "ingest",
              "0",
              "train encode",
              "≤ 1",
              "train din-l",
              "0",
              "extract",
              "≤ 1",
              "evaluate",
              "≤ 1",
              "score",
              "≤ 1"),
          "threads",
          Map.of(
              "ingest",
              "−1",
              "train encode",
              "−1",
              "train din-l",
              "−1",
              "extract",
              "−1",
              "evaluate",
              "−1",
              "score",
              "0"),
          "kernels: history",
          Map.of("extract", "1", "attend encode", "0", "attend din-l", "1"),
          "kernels: clusters",
          Map.of("extract", "≤ 1", "attend encode", "1", "attend din-l", "0"),
          "kernels: dimension",
          Map.of("extract", "≤ 1", "attend encode", "1", "attend din-l", "1"));

  private final List<Growth> all;

  GrowthReport(List<Growth> all) {
    this.all = all;
  }

  /** Prints a table for each axis: seconds and memory of each stage, or time a unit. */
  void print(PrintStream out) {
    for (String axis : values(all, Growth::axis)) {
      List<Growth> rows = all.stream().filter(g -> g.axis().equals(axis)).toList();
      List<String> sizes = values(rows, g -> Long.toString(g.x()));
      out.println();
      out.println(
          "| "
              + axis
              + " | "
              + sizes.stream().map(GrowthReport::grouped).collect(Collectors.joining(" | "))
              + " | exponent | paper | a unit costs |");
      out.println("|---".repeat(sizes.size() + 4) + "|");
      for (String stage : values(rows, Growth::stage)) {
        List<Growth> line = rows.stream().filter(g -> g.stage().equals(stage)).toList();
        String cells =
            sizes.stream().map(size -> cell(line, size)).collect(Collectors.joining(" | "));
        out.println(
            String.format(
                Locale.ROOT,
                "| %s | %s | %s | %s | %s |",
                stage,
                cells,
                exponent(line),
                EXPECTED.getOrDefault(axis, Map.of()).getOrDefault(stage, "–"),
                COMPLEXITY.getOrDefault(stage, "–")));
      }
    }
  }

  private static List<String> values(List<Growth> rows, Function<Growth, String> of) {
    Set<String> found = new LinkedHashSet<>();
    rows.forEach(row -> found.add(of.apply(row)));
    return List.copyOf(found);
  }

  private static String grouped(String number) {
    return String.format(Locale.ROOT, "%,d", Long.parseLong(number));
  }

  private static String cell(List<Growth> line, String size) {
    for (Growth growth : line) {
      if (Long.toString(growth.x()).equals(size)) {
        String time =
            growth.axis().equals("users") && !growth.stage().equals("score")
                ? String.format(Locale.ROOT, "%.1f s", growth.seconds())
                : micros(growth.micros());
        return growth.peakMegabytes() == 0
            ? time
            : time + String.format(Locale.ROOT, ", %,.0f MB", growth.peakMegabytes());
      }
    }
    return "";
  }

  private static String micros(double value) {
    String pattern = value >= 100 ? "%,.0f µs" : value >= 10 ? "%.1f µs" : "%.2g µs";
    return formatted(pattern, value);
  }

  @SuppressWarnings("AnnotateFormatMethod") // would need Error Prone at run time
  private static String formatted(String pattern, double value) {
    return String.format(Locale.ROOT, pattern, value);
  }

  /** The time whose growth is fitted: of everything against users, else of a unit. */
  private static double time(Growth growth) {
    return growth.axis().equals("users") && !growth.stage().equals("score")
        ? growth.seconds()
        : growth.micros();
  }

  /** Exponent over the upper half of the sizes. */
  static String exponent(List<Growth> line) {
    List<Growth> upper = line.subList(Math.max(0, (line.size() - 1) / 2), line.size());
    if (upper.size() < 2) {
      return "–";
    }
    double slope =
        slope(
            upper.stream().mapToDouble(Growth::size).toArray(),
            upper.stream().mapToDouble(GrowthReport::time).toArray());
    return String.format(Locale.ROOT, "%.2f", slope).replace('-', '−');
  }

  /** Slope of log y over log x by least squares. */
  static double slope(double[] x, double[] y) {
    double meanX = 0;
    double meanY = 0;
    for (int i = 0; i < x.length; i++) {
      meanX += Math.log(x[i]) / x.length;
      meanY += Math.log(y[i]) / x.length;
    }
    double covariance = 0;
    double variance = 0;
    for (int i = 0; i < x.length; i++) {
      covariance += (Math.log(x[i]) - meanX) * (Math.log(y[i]) - meanY);
      variance += (Math.log(x[i]) - meanX) * (Math.log(x[i]) - meanX);
    }
    return covariance / variance;
  }

  /** Draws time, and where it was measured memory, of each axis as {@code AXIS-time.png}. */
  void plot(Path folder) throws IOException {
    for (String axis : values(all, Growth::axis)) {
      List<Growth> rows = all.stream().filter(g -> g.axis().equals(axis)).toList();
      String unit = axis.equals("users") ? "seconds" : "µs a row, sample, user or candidate";
      plot(folder, axis, "time", unit, rows, GrowthReport::time);
      if (rows.stream().anyMatch(growth -> growth.peakMegabytes() > 0)) {
        plot(folder, axis, "memory", "MB resident at most", rows, Growth::peakMegabytes);
      }
    }
  }

  private static void plot(
      Path folder,
      String axis,
      String what,
      String unit,
      List<Growth> rows,
      ToDoubleFunction<Growth> value)
      throws IOException {
    XYChart chart =
        new XYChartBuilder().width(820).height(460).xAxisTitle(axis).yAxisTitle(unit).build();
    chart.getStyler().setXAxisLogarithmic(true).setYAxisLogarithmic(true);
    chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideE);
    chart.getStyler().setChartBackgroundColor(Color.WHITE);
    for (String stage : values(rows, Growth::stage)) {
      List<Double> x = new ArrayList<>();
      List<Double> y = new ArrayList<>();
      for (Growth growth : rows) {
        boolean perUnit = growth.axis().equals("users") && stage.equals("score");
        if (growth.stage().equals(stage) && value.applyAsDouble(growth) > 0 && !perUnit) {
          x.add(growth.size());
          y.add(value.applyAsDouble(growth));
        }
      }
      if (!x.isEmpty()) {
        XYSeries series = chart.addSeries(stage, x, y);
        series.setLineWidth(2);
      }
    }
    String name = axis.replace("kernels: ", "kernels-") + "-" + what + ".png";
    ImageIO.write(BitmapEncoder.getBufferedImage(chart), "png", folder.resolve(name).toFile());
  }
}
