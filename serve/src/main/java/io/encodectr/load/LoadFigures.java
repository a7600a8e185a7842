package io.encodectr.load;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;

/** The plots of a report. */
final class LoadFigures {
  private static final int MOST_CURVES = 6;

  /** A percentile that means something from so many requests on; below it is but the longest. */
  private record Percentile(
      String name, String style, long least, Function<Latency, @Nullable Double> value) {
    @Nullable Double of(Latency latency) {
      return latency.count() < least ? null : value.apply(latency);
    }
  }

  private static final List<Percentile> PERCENTILES =
      List.of(
          new Percentile("p50", "series-1", 1, Latency::p50Ms),
          new Percentile("p90", "series-2", 10, Latency::p90Ms),
          new Percentile("p99", "series-3", 100, Latency::p99Ms),
          new Percentile("p99.9", "series-4", Latency.LEAST_FOR_P999, Latency::p999Ms),
          new Percentile("max", "series-5", 1, Latency::maxMs));

  private final LoadReport report;

  LoadFigures(LoadReport report) {
    this.report = report;
  }

  /**
   * Percentiles of latency over the rate: the knee.
   *
   * @param steps in ascending order of their rates, likewise below
   */
  String latencyByRate(List<LoadReport.Measured> steps) {
    DoubleStream.Builder values = DoubleStream.builder();
    for (LoadReport.Measured step : steps) {
      for (Percentile percentile : PERCENTILES) {
        Double ms = percentile.of(step.result().scores());
        if (ms != null) {
          values.add(ms);
        }
      }
    }
    values.add(report.limits().p99Ms());
    SvgPlot plot = new SvgPlot(rates(steps), "requests a second", milliseconds(values), "ms");
    for (Percentile percentile : PERCENTILES) {
      List<SvgPlot.Point> points = new ArrayList<>();
      for (LoadReport.Measured step : steps) {
        Double ms = percentile.of(step.result().scores());
        if (ms != null) {
          points.add(point(step, ms, LoadPage.number(ms) + " ms"));
        }
      }
      plot.line(percentile.name(), percentile.style(), points);
    }
    if (report.knee() != null) {
      plot.across(
          report.limits().p99Ms(), "p99 limit " + Scale.label(report.limits().p99Ms()) + " ms");
    }
    return knee(plot).draw("Percentiles of latency over the rate; the table has the numbers");
  }

  /** Good answers, refusals and failures a second over the rate. */
  String throughputByRate(List<LoadReport.Measured> steps) {
    double most = 0;
    List<SvgPlot.Point> good = new ArrayList<>();
    List<SvgPlot.Point> refused = new ArrayList<>();
    List<SvgPlot.Point> failed = new ArrayList<>();
    for (LoadReport.Measured step : steps) {
      Step.Result result = step.result();
      double refusals = result.refused() / result.seconds();
      double failures = (result.errors() + result.dropped()) / result.seconds();
      most = Math.max(most, Math.max(result.throughput(), Math.max(refusals, failures)));
      good.add(point(step, result.throughput(), perSecond(result.throughput())));
      refused.add(point(step, refusals, perSecond(refusals)));
      failed.add(point(step, failures, perSecond(failures)));
    }
    SvgPlot plot = new SvgPlot(rates(steps), "requests a second", Scale.linear(most), "a second");
    plot.line("good", "series-1", good)
        .line("refused", "series-2", refused)
        .line("failed", "series-5", failed);
    return knee(plot).draw("Good answers, refusals and failures a second over the rate");
  }

  /** Latency over percentiles, up to six steps spread over all rates. */
  String distributions(List<LoadReport.Measured> steps) {
    List<LoadReport.Measured> shown =
        spread(steps.stream().filter(s -> !s.curve().isEmpty() && isLast(s)).toList());
    DoubleStream.Builder values = DoubleStream.builder();
    long most = 1;
    for (LoadReport.Measured step : shown) {
      most = Math.max(most, step.result().scores().count());
      step.curve().stream().mapToDouble(Quantile::ms).filter(ms -> ms > 0).forEach(values::add);
    }
    double highest = 100 - 100.0 / most;
    SvgPlot plot =
        new SvgPlot(
            Scale.nines(highest), "share of the requests", milliseconds(values), "ms, at most");
    int number = 1;
    for (LoadReport.Measured step : shown) {
      List<SvgPlot.Point> points = new ArrayList<>();
      double end = 100 - 100.0 / step.result().scores().count();
      for (Quantile quantile : step.curve()) {
        if (quantile.percent() <= end) {
          String words =
              Scale.label(quantile.percent())
                  + "% within "
                  + LoadPage.number(quantile.ms())
                  + " ms";
          points.add(
              new SvgPlot.Point(
                  100 / (100 - quantile.percent()), quantile.ms(), words, false, true));
        }
      }
      plot.line(
          Scale.label(step.result().rate()) + "/s",
          "series-" + (shown.size() == 1 ? 1 : number++),
          points);
    }
    return plot.draw("Latency over the share of requests answered within it");
  }

  /** Latency second by second. */
  String seconds(LoadReport.Measured step) {
    DoubleStream.Builder values = DoubleStream.builder();
    List<SvgPlot.Point> p50 = new ArrayList<>();
    List<SvgPlot.Point> p99 = new ArrayList<>();
    List<SvgPlot.Point> max = new ArrayList<>();
    for (Second second : step.seconds()) {
      if (second.p50Ms() > 0) {
        values.add(second.p50Ms()).add(second.maxMs());
        p50.add(point(second, second.p50Ms()));
        if (second.requests() >= PERCENTILES.get(2).least()) {
          p99.add(point(second, second.p99Ms()));
        }
        max.add(point(second, second.maxMs()));
      }
    }
    SvgPlot plot =
        new SvgPlot(
            Scale.linear(step.seconds().size()),
            "seconds; a request belongs to the second in which it was to be sent",
            milliseconds(values),
            "ms");
    plot.line("p50", "series-1", p50).line("p99", "series-3", p99).line("max", "series-5", max);
    return plot.draw("Latency second by second");
  }

  private SvgPlot knee(SvgPlot plot) {
    KneeSearch.Knee knee = report.knee();
    Double held = knee == null ? null : knee.held();
    return held == null ? plot : plot.upright(held, "knee " + Scale.label(held) + "/s");
  }

  /** The line goes through the last step of a rate; one that was measured again stands beside. */
  private SvgPlot.Point point(LoadReport.Measured step, double y, String words) {
    String broken = step.broken();
    return new SvgPlot.Point(
        step.result().rate(),
        y,
        words
            + " at "
            + Scale.label(step.result().rate())
            + "/s"
            + (broken == null ? "" : "; not held: " + broken),
        broken != null,
        isLast(step));
  }

  private static SvgPlot.Point point(Second second, double ms) {
    return new SvgPlot.Point(
        second.second() + 0.5,
        ms,
        LoadPage.number(ms) + " ms in second " + second.second(),
        false,
        true);
  }

  private boolean isLast(LoadReport.Measured step) {
    LoadReport.Measured last = step;
    for (LoadReport.Measured other : report.steps()) {
      if (other.result().rate() == step.result().rate()) {
        last = other;
      }
    }
    return last.equals(step);
  }

  private static Scale rates(List<LoadReport.Measured> steps) {
    return Scale.linear(1.02 * steps.getLast().result().rate());
  }

  private static Scale milliseconds(DoubleStream.Builder values) {
    double[] all = values.build().sorted().toArray();
    return all.length == 0
        ? Scale.logarithmic(1, 10)
        : Scale.logarithmic(all[0], all[all.length - 1]);
  }

  private static List<LoadReport.Measured> spread(List<LoadReport.Measured> steps) {
    if (steps.size() <= MOST_CURVES) {
      return steps;
    }
    List<LoadReport.Measured> some = new ArrayList<>();
    for (int i = 0; i < MOST_CURVES; i++) {
      some.add(steps.get(i * (steps.size() - 1) / (MOST_CURVES - 1)));
    }
    return some;
  }

  private static String perSecond(double value) {
    return String.format(Locale.ROOT, "%,.1f a second", value);
  }
}
