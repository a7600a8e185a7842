package io.encodectr.load;

import io.encodectr.file.AtomicFile;
import io.encodectr.file.InputException;
import io.encodectr.file.Json;
import io.encodectr.file.WorkFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Writes a report as a folder that appears whole or not at all: {@code load.json} with everything,
 * {@code steps.csv}, {@code percentiles.csv} and {@code seconds.csv} for other programs, {@code
 * load.html} for people.
 */
public final class LoadFolder {
  /** Name of the page for people. */
  public static final String PAGE = "load.html";

  private static final String[] STEP_COLUMNS = {
    "rate",
    "seconds",
    "requests",
    "sent_rate",
    "throughput",
    "ok",
    "refused",
    "errors",
    "dropped",
    "partial_share",
    "p50_ms",
    "p90_ms",
    "p99_ms",
    "p999_ms",
    "max_ms",
    "mean_ms",
    "events",
    "events_p50_ms",
    "events_p99_ms",
    "refused_p50_ms",
    "refused_p99_ms",
    "lag_p50_ms",
    "lag_p99_ms",
    "lag_max_ms",
    "client_cores",
    "machine_share",
    "collection_ms",
    "new_connections",
    "sent_again",
    "held"
  };

  private LoadFolder() {}

  /**
   * Begins the folder, so that it is refused before the load rather than after it; close it if
   * nothing comes of the load.
   *
   * @throws InputException if it exists and may not be replaced
   */
  public static WorkFolder begin(Path target, boolean overwrite) throws IOException {
    return WorkFolder.create(target, overwrite);
  }

  /** Fills the folder and puts it in its place. */
  public static void write(WorkFolder folder, LoadReport report) throws IOException {
    Path path = folder.path();
    Json.write(path.resolve("load.json"), report);
    text(path.resolve("steps.csv"), steps(report));
    text(path.resolve("percentiles.csv"), percentiles(report));
    text(path.resolve("seconds.csv"), seconds(report));
    text(path.resolve(PAGE), LoadPage.of(report));
    folder.commit();
  }

  private static void text(Path file, String content) throws IOException {
    AtomicFile.write(file, content.getBytes(StandardCharsets.UTF_8));
  }

  private static String steps(LoadReport report) {
    StringBuilder out = new StringBuilder(String.join(",", STEP_COLUMNS)).append('\n');
    for (LoadReport.Measured step : report.steps()) {
      Step.Result result = step.result();
      Latency scores = result.scores();
      Latency events = result.events();
      Latency refusals = result.refusals();
      row(
          out,
          result.rate(),
          result.seconds(),
          result.requests(),
          result.sentRate(),
          result.throughput(),
          result.ok(),
          result.refused(),
          result.errors(),
          result.dropped(),
          result.partialShare(),
          cell(scores, Latency::p50Ms),
          cell(scores, Latency::p90Ms),
          cell(scores, Latency::p99Ms),
          cell(scores, Latency::p999Ms),
          cell(scores, Latency::maxMs),
          cell(scores, Latency::meanMs),
          events == null ? 0 : events.count(),
          cell(events, Latency::p50Ms),
          cell(events, Latency::p99Ms),
          cell(refusals, Latency::p50Ms),
          cell(refusals, Latency::p99Ms),
          result.lag().p50Ms(),
          result.lag().p99Ms(),
          result.lag().maxMs(),
          result.clientCores(),
          result.machineShare() == null ? "" : result.machineShare(),
          result.collectionMs(),
          result.newConnections(),
          result.sentAgain(),
          step.broken() == null);
    }
    return out.toString();
  }

  /** A figure, or an empty cell where nothing was measured. */
  private static Object cell(
      @Nullable Latency latency, Function<Latency, @Nullable Double> figure) {
    Double ms = latency == null || latency.count() == 0 ? null : figure.apply(latency);
    return ms == null ? "" : ms;
  }

  private static String percentiles(LoadReport report) {
    StringBuilder out = new StringBuilder("step,rate,percent,ms\n");
    int number = 1;
    for (LoadReport.Measured step : report.steps()) {
      for (Quantile point : step.curve()) {
        row(out, number, step.result().rate(), point.percent(), point.ms());
      }
      number++;
    }
    return out.toString();
  }

  private static String seconds(LoadReport report) {
    StringBuilder out =
        new StringBuilder("step,rate,second,requests,ok,failed,p50_ms,p99_ms,max_ms\n");
    int number = 1;
    for (LoadReport.Measured step : report.steps()) {
      for (Second second : step.seconds()) {
        row(
            out,
            number,
            step.result().rate(),
            second.second(),
            second.requests(),
            second.ok(),
            second.failed(),
            second.p50Ms(),
            second.p99Ms(),
            second.maxMs());
      }
      number++;
    }
    return out.toString();
  }

  /** Numbers and truth values only: nothing needs quotes. */
  private static void row(StringBuilder out, Object... cells) {
    for (int i = 0; i < cells.length; i++) {
      out.append(i == 0 ? "" : ",");
      if (cells[i] instanceof Double number) {
        String text = String.format(Locale.ROOT, "%.4f", number);
        out.append(text.replaceFirst("0+$", "").replaceFirst("\\.$", ""));
      } else {
        out.append(cells[i]);
      }
    }
    out.append('\n');
  }
}
