package io.encodectr.load;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A report as one HTML page: no scripts, no requests, light or dark as the reader's system has it.
 * Everything that comes from outside is text and never markup. Same report, same bytes.
 */
final class LoadPage {
  /** Of the table of steps; further ones depend on what there is to tell. */
  private static final List<String> COLUMNS =
      List.of(
          "rate /s",
          "sent /s",
          "good /s",
          "p50",
          "p90",
          "p99",
          "p99.9",
          "max",
          "refused",
          "errors",
          "dropped",
          "client late, p99",
          "client cores",
          "machine busy");

  private final LoadReport report;
  private final StringBuilder out = new StringBuilder();

  private LoadPage(LoadReport report) {
    this.report = report;
  }

  /** The page. */
  static String of(LoadReport report) throws IOException {
    LoadPage page = new LoadPage(report);
    page.head();
    page.summary();
    page.plots();
    page.table();
    page.facts();
    page.out.append("</main>\n</body>\n</html>\n");
    return page.out.toString();
  }

  private void head() throws IOException {
    String style = style();
    out.append("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    out.append("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; ");
    out.append("base-uri 'none'; form-action 'none'; style-src ").append(hash(style));
    out.append("\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    out.append("<title>Load on ").append(Markup.text(report.url())).append("</title>\n");
    out.append("<style>").append(style).append("</style>\n</head>\n<body>\n<main>\n");
  }

  private static String style() throws IOException {
    try (InputStream in = LoadPage.class.getResourceAsStream("load.css")) {
      return new String(
          Objects.requireNonNull(in, "load.css").readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static String hash(String content) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(content.getBytes(StandardCharsets.UTF_8));
      return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private void summary() {
    out.append("<p class=\"brand\">Encode · load test</p>\n<h1>");
    out.append(Markup.text(headline())).append("</h1>\n<p class=\"lead\">");
    LoadReport.Measured atKnee = report.atKnee();
    if (atKnee != null) {
      out.append(
          Markup.text(format("Measured once more at that rate: %s. ", answers(atKnee.result()))));
    }
    out.append(
        Markup.text(
            format(
                "%s, %s. Requests were sent at random times fixed ahead, however slow the"
                    + " answers; every latency counts from that time.",
                report.url(), report.startedAt())));
    out.append("</p>\n");
    if (!report.warnings().isEmpty()) {
      out.append("<section class=\"notice\" aria-label=\"Before you trust the figures\">\n");
      out.append("<h2>Before you trust the figures</h2>\n<ul>\n");
      for (String warning : report.warnings()) {
        out.append("<li>").append(Markup.text(warning)).append("</li>\n");
      }
      out.append("</ul>\n</section>\n");
    }
  }

  private String headline() {
    KneeSearch.Knee knee = report.knee();
    if (knee == null) {
      Step.Result last = report.steps().getLast().result();
      return format("%s requests/s: %s", Scale.label(last.rate()), answers(last));
    }
    Double held = knee.held();
    String limits =
        format(
            "p99\u00a0≤\u00a0%s\u00a0ms and ≤\u00a0%s%% failures",
            Scale.label(report.limits().p99Ms()),
            Scale.label(100 * report.limits().failureShare()));
    return held == null
        ? "No rate tried held " + limits
        : format("%s requests/s with %s", Scale.label(held), limits);
  }

  /** How long the answers of a step took, and how many requests had none. */
  private static String answers(Step.Result result) {
    Latency answered = result.answered();
    double failed = result.failureShare();
    if (result.ok() == 0) {
      return failed > 0 ? format("no good answer; %s failed", percent(failed)) : "no request";
    }
    String within =
        format(
            "half within %s ms, 99%% within %s ms",
            number(answered.p50Ms()), number(answered.p99Ms()));
    return failed == 0
        ? within
        : format(
            "%s of the %s that were answered; %s failed",
            within, percent(1 - failed), percent(failed));
  }

  private static String percent(double share) {
    double percent = 100 * share;
    boolean extreme = percent < 1 || (percent > 99 && percent < 100);
    return format(extreme ? "%.2f%%" : "%.0f%%", percent);
  }

  private void plots() {
    List<LoadReport.Measured> steps = new ArrayList<>(report.steps());
    steps.sort(Comparator.comparingDouble(step -> step.result().rate()));
    if (steps.stream().mapToDouble(step -> step.result().rate()).distinct().count() > 1) {
      figure("Latency by rate", new LoadFigures(report).latencyByRate(steps));
      figure("What became of the requests", new LoadFigures(report).throughputByRate(steps));
      figure("Distribution of latencies", new LoadFigures(report).distributions(steps));
    } else {
      figure("Distribution of latencies", new LoadFigures(report).distributions(steps));
      figure("Second by second", new LoadFigures(report).seconds(steps.getLast()));
    }
  }

  private void figure(String title, String svg) {
    out.append("<section>\n<h2>").append(title).append("</h2>\n<figure>").append(svg);
    out.append("</figure>\n</section>\n");
  }

  private void table() {
    boolean events = report.steps().stream().anyMatch(step -> step.result().events() != null);
    out.append("<section>\n<h2>Steps</h2>\n<div class=\"scroller\"><table>\n<thead><tr>");
    COLUMNS.forEach(this::column);
    if (events) {
      column("events, p99");
    }
    column("verdict");
    out.append("</tr></thead>\n<tbody>\n");
    for (LoadReport.Measured step : report.steps()) {
      row(step.result());
      if (events) {
        cell(step.result().events(), Latency::p99Ms);
      }
      verdict(step.broken());
      out.append("</tr>\n");
    }
    out.append("</tbody>\n</table></div>\n<p class=\"muted\">Milliseconds. Latency runs from the");
    out.append(" time at which a request was to be sent to the last byte of its answer, over good");
    out.append(
        " answers with scores, and time-outs. <em>Client late</em> is the client's own share of"
            + " that.");
    out.append(" p99.9 needs 1,000 answers. Rates vary by chance, as those of people do.</p>\n");
    out.append("</section>\n");
  }

  private void column(String name) {
    out.append("<th scope=\"col\">").append(name).append("</th>");
  }

  private void row(Step.Result result) {
    Latency scores = result.scores();
    Double machine = result.machineShare();
    out.append("<tr><th scope=\"row\">").append(Scale.label(result.rate())).append("</th>");
    cell(format("%,.1f", result.sentRate()));
    cell(format("%,.1f", result.throughput()));
    cell(scores, Latency::p50Ms);
    cell(scores, Latency::p90Ms);
    cell(scores, Latency::p99Ms);
    cell(scores, Latency::p999Ms);
    cell(scores, Latency::maxMs);
    cell(count(result.refused()));
    cell(count(result.errors()));
    cell(count(result.dropped()));
    cell(number(result.lag().p99Ms()));
    cell(format("%.2f", result.clientCores()));
    cell(machine == null ? "–" : format("%.0f%%", 100 * machine));
  }

  private void cell(String text) {
    out.append("<td>").append(text).append("</td>");
  }

  private void cell(@Nullable Latency latency, Function<Latency, @Nullable Double> figure) {
    Double ms = latency == null || latency.count() == 0 ? null : figure.apply(latency);
    cell(ms == null ? "–" : number(ms));
  }

  private void verdict(@Nullable String broken) {
    out.append(broken == null ? "<td class=\"held\">held" : "<td class=\"broken\">");
    out.append(broken == null ? "" : Markup.text(broken)).append("</td>");
  }

  private void facts() {
    LoadReport.Asked asked = report.workload();
    LoadReport.Client client = report.client();
    double shortest =
        report.steps().stream().mapToDouble(step -> step.result().seconds()).min().orElse(0);
    out.append("<section>\n<h2>How it was measured</h2>\n<dl>\n");
    fact("Model, generation", report.service().model() + " · " + report.service().generation());
    fact(
        "Request",
        format(
            "%,d candidates of %,d items, %,d users, drawn as often as they occur in %s; body and"
                + " head %,d bytes",
            asked.candidates(),
            asked.items(),
            asked.users(),
            asked.source(),
            report.service().requestBytes()));
    fact(
        "Answer",
        format("%,d scores, %,d bytes", report.service().scores(), report.service().answerBytes()));
    fact("Events", format("%s%% of the requests", Scale.label(100 * asked.eventsShare())));
    fact(
        "Steps",
        format(
            "%s s each at least, after a warm-up of %s s; a Poisson schedule, seed %d",
            Scale.label(shortest), Scale.label(client.warmUpSeconds()), asked.seed()));
    fact(
        "Client",
        format(
            "%s, JDK %s, %d processors; at most %,d requests under way, given up after %,d ms",
            report.createdBy(),
            client.java(),
            client.processors(),
            client.mostUnderWay(),
            client.timeoutMs()));
    fact(
        "Clock",
        format(
            "steps of %d ns; a sleeping thread wakes %.0f µs late, which is part of every latency",
            client.clock().stepNs(), client.clock().oversleepUs()));
    out.append("</dl>\n</section>\n");
  }

  private void fact(String name, String text) {
    out.append("<dt>").append(name).append("</dt><dd>").append(Markup.text(text));
    out.append("</dd>\n");
  }

  /** Milliseconds for a reader: three digits. */
  static String number(double ms) {
    return ms >= 100 ? format("%,.0f", ms) : ms >= 10 ? format("%.1f", ms) : format("%.2f", ms);
  }

  private static String count(long number) {
    return format("%,d", number);
  }

  @SuppressWarnings("AnnotateFormatMethod") // would need Error Prone at run time
  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}
