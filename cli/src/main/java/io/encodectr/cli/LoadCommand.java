package io.encodectr.cli;

import io.encodectr.file.InputException;
import io.encodectr.file.WorkFolder;
import io.encodectr.load.Endpoint;
import io.encodectr.load.KneeSearch;
import io.encodectr.load.Latency;
import io.encodectr.load.Limits;
import io.encodectr.load.LoadFolder;
import io.encodectr.load.LoadReport;
import io.encodectr.load.LoadRun;
import io.encodectr.load.Population;
import io.encodectr.load.SelfTest;
import io.encodectr.load.Step;
import io.encodectr.load.Workload;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code encode load}. */
@Command(
    name = "load",
    description = {
      "Loads a running service and measures how long its answers take.",
      "",
      "Open loop: requests are sent when a random (Poisson) schedule says so, however slow the"
          + " answers, and latency counts from the time on the schedule. --rate measures at fixed"
          + " rates, --knee looks for the highest rate that holds the limits, --self-test measures"
          + " the client itself and needs no service.",
      "",
      "Exit code 1 if no rate had a single good answer, or the self-test did not pass; a rate that"
          + " does not hold the limits is a result (verdict) like any other."
    })
final class LoadCommand implements Callable<Integer> {
  private static final double FACTOR = 1.5;
  private static final double SELF_TEST_SECONDS = 10;
  private static final double SELF_TEST_RATE = 200;

  /** The options that mean something to --self-test, besides the common ones. */
  private static final Set<String> SELF_TEST =
      Set.of("--self-test", "--rate", "--seconds", "--candidates");

  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common = new CommonOptions();
  @Mixin private OutputOptions output = new OutputOptions();

  @Option(
      names = "--url",
      defaultValue = "http://127.0.0.1:8080",
      paramLabel = "URL",
      description = "The service's address (default: ${DEFAULT-VALUE}).")
  private String url;

  @Option(
      names = "--data",
      paramLabel = "FOLDER",
      description = "A dataset: users and items are asked for as often as they occur in it.")
  private @Nullable Path data;

  @Option(
      names = "--users",
      paramLabel = "FILE",
      description = "Instead of --data: one user id a line, repeated to be asked for more often.")
  private @Nullable Path users;

  @Option(
      names = "--items",
      paramLabel = "FILE",
      description = "Instead of --data: one item id a line, likewise.")
  private @Nullable Path items;

  @Option(
      names = "--rate",
      split = ",",
      paramLabel = "R",
      description = "Requests a second; several, with commas, are measured one after the other.")
  private List<Double> rates = new ArrayList<>();

  @Option(
      names = "--knee",
      description = "Raises the rate until the limits are not held, then closes in.")
  private boolean knee;

  @Option(
      names = "--self-test",
      description =
          "Measures this client against a service of its own that answers at once, then stops it"
              + " for 2 seconds and checks that the p99 shows it.")
  private boolean selfTest;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      description =
          "Seconds counted at each rate (default: 30; with --knee 15, or as long as 200 requests"
              + " take).")
  private @Nullable Double seconds;

  @Option(
      names = "--warm-up",
      defaultValue = "10",
      paramLabel = "S",
      description =
          "Seconds of load before the first rate that do not count (default: ${DEFAULT-VALUE});"
              + " every further rate has 1.")
  private double warmUp;

  @Option(
      names = "--candidates",
      defaultValue = "3000",
      paramLabel = "N",
      description = "Items of a score request (default: ${DEFAULT-VALUE}).")
  private int candidates;

  @Option(
      names = "--top",
      defaultValue = "0",
      paramLabel = "N",
      description = "Asks for the N best only (default: all scores, in the order asked).")
  private int top;

  @Option(
      names = "--events-share",
      defaultValue = "0",
      paramLabel = "X",
      description =
          "Share of requests, 0..1, that post an event; the service keeps these events (default:"
              + " ${DEFAULT-VALUE}).")
  private double eventsShare;

  @Option(
      names = "--limit-ms",
      defaultValue = "50",
      paramLabel = "MS",
      description =
          "A rate is held if p99, of scores and of events, is at most this, and at most 1%% fail or"
              + " are answered for a part of the candidates (default: ${DEFAULT-VALUE}).")
  private double limitMs;

  @Option(
      names = "--from",
      defaultValue = "10",
      paramLabel = "R",
      description = "First rate of --knee (default: ${DEFAULT-VALUE}).")
  private double from;

  @Option(
      names = "--to",
      defaultValue = "100000",
      paramLabel = "R",
      description = "Highest rate of --knee (default: ${DEFAULT-VALUE}).")
  private double to;

  @Option(
      names = "--refine",
      defaultValue = "3",
      paramLabel = "N",
      description = "How many times --knee halves the last gap (default: ${DEFAULT-VALUE}).")
  private int refine;

  @Option(
      names = "--in-flight",
      defaultValue = "1024",
      paramLabel = "N",
      description =
          "Most requests under way, one connection each; more are dropped and counted (default:"
              + " ${DEFAULT-VALUE}).")
  private int inFlight;

  @Option(
      names = "--timeout-ms",
      defaultValue = "10000",
      paramLabel = "MS",
      description = "When to give up on an answer (default: ${DEFAULT-VALUE}).")
  private int timeoutMs;

  @Option(
      names = "--deadline-ms",
      paramLabel = "MS",
      description = "Deadline told to the service with every score request (default: none).")
  private @Nullable Integer deadlineMs;

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = "File with the token that the service wants.")
  private @Nullable Path tokenFile;

  @Option(
      names = "--tls-ca",
      paramLabel = "FILE.pem",
      description =
          "Certificates that may vouch for an https service (default: those the JVM trusts).")
  private @Nullable Path authorities;

  @Option(
      names = "--out",
      paramLabel = "FOLDER",
      description = "Writes all figures as JSON and CSV, and a page with plots.")
  private @Nullable Path out;

  @Override
  public Integer call() throws IOException {
    if ((rates.isEmpty() ? 0 : 1) + (knee ? 1 : 0) == 0 && !selfTest) {
      throw new InputException("say what to measure: --rate R, --knee or --self-test");
    }
    if (knee && !rates.isEmpty()) {
      throw new InputException("--knee chooses the rates itself; leave --rate or --knee out");
    }
    return selfTest ? testItself() : load();
  }

  private int testItself() throws IOException {
    List<String> ignored = ignoredBySelfTest();
    if (!ignored.isEmpty()) {
      throw new InputException(
          "--self-test has its own service and workload and writes nothing; leave "
              + String.join(", ", ignored)
              + " out");
    }
    if (rates.size() > 1) {
      throw new InputException("--self-test takes one --rate");
    }
    double rate = rates.isEmpty() ? SELF_TEST_RATE : rates.getFirst();
    SelfTest.Result result =
        new SelfTest(
                new SelfTest.Options(
                    rate, seconds == null ? SELF_TEST_SECONDS : seconds, candidates, common.seed()))
            .run(common.progress());
    Map<String, @Nullable Object> printed = new LinkedHashMap<>();
    printed.put("rate", rate);
    printed.put("clock_step_ns", result.clock().stepNs());
    printed.put("oversleep_us", result.clock().oversleepUs());
    printed.put("client_us_per_request", result.clientMicroseconds());
    printed.put("machine_busy", result.floor().machineShare());
    printed.put("expected_p99_ms", result.expectedP99Ms());
    printed.put("expected_over_1_s", result.expectedSlow());
    printed.put(
        "measured",
        List.of(
            latency("client_floor", result.floor().scores()),
            latency("client_late", result.floor().lag()),
            latency("stop_open_loop", result.open(), result.openSlow()),
            latency("stop_closed_loop", result.closed(), result.closedSlow())));
    printed.put("passed", result.passed());
    String failed = result.failed();
    if (common.json()) {
      printed.put("failed", failed);
    }
    common.printer().print(printed);
    if (failed != null) {
      common.printer().remark("Failed: " + failed + ".");
    }
    return result.passed() ? Encode.DONE : Encode.FAILED;
  }

  private List<String> ignoredBySelfTest() {
    Set<OptionSpec> shared =
        Set.copyOf(Objects.requireNonNull(spec.mixins().get("common")).options());
    return spec.commandLine().getParseResult().matchedOptions().stream()
        .filter(option -> !shared.contains(option))
        .map(OptionSpec::longestName)
        .filter(name -> !SELF_TEST.contains(name))
        .distinct()
        .toList();
  }

  private static Map<String, @Nullable Object> latency(String name, Latency latency, long slow) {
    Map<String, @Nullable Object> row = latency(name, latency);
    row.put("over_1_s", slow);
    return row;
  }

  private static Map<String, @Nullable Object> latency(String name, Latency latency) {
    Map<String, @Nullable Object> row = new LinkedHashMap<>();
    row.put("what", name);
    row.put("requests", latency.count());
    percentiles(row, latency);
    return row;
  }

  private static void percentiles(Map<String, @Nullable Object> row, Latency latency) {
    boolean any = latency.count() > 0;
    row.put("p50_ms", any ? latency.p50Ms() : null);
    row.put("p90_ms", any ? latency.p90Ms() : null);
    row.put("p99_ms", any ? latency.p99Ms() : null);
    row.put("p999_ms", latency.p999Ms());
    row.put("max_ms", any ? latency.maxMs() : null);
  }

  private int load() throws IOException {
    double counted = seconds != null ? seconds : knee ? 15 : 30;
    Limits limits = new Limits(limitMs, 0.01);
    LoadRun.Options options =
        new LoadRun.Options(counted, warmUp, inFlight, timeoutMs, common.seed());
    KneeSearch search = new KneeSearch(from, to, FACTOR, refine);
    Workload.Options asked = new Workload.Options(candidates, top, eventsShare, common.seed());
    Endpoint endpoint = Endpoint.of(url, tokenFile, authorities, deadlineMs);
    if (out == null) {
      LoadReport report = measure(new LoadRun(endpoint, workload(asked), options, limits), search);
      report(report);
      return code(report);
    }
    LoadReport report;
    try (WorkFolder folder = LoadFolder.begin(out, output.overwrite())) {
      report = measure(new LoadRun(endpoint, workload(asked), options, limits), search);
      LoadFolder.write(folder, report);
      report(report);
    }
    common.printer().remark("Look at " + out.resolve(LoadFolder.PAGE));
    return code(report);
  }

  private static int code(LoadReport report) {
    return report.hasGoodAnswers() ? Encode.DONE : Encode.FAILED;
  }

  private LoadReport measure(LoadRun run, KneeSearch search) throws IOException {
    return knee ? run.knee(search, common.progress()) : run.atRates(rates, common.progress());
  }

  private Workload workload(Workload.Options asked) throws IOException {
    if (data != null && users == null && items == null) {
      return Workload.prepare(Population.ofDataset(data), asked);
    }
    if (data == null && users != null && items != null) {
      return Workload.prepare(Population.ofFiles(users, items), asked);
    }
    throw new InputException("give users and items: either --data, or --users and --items");
  }

  private void report(LoadReport report) {
    Map<String, @Nullable Object> printed = new LinkedHashMap<>();
    printed.put("url", report.url());
    printed.put("model", report.service().model());
    printed.put("generation", report.service().generation());
    printed.put("candidates", report.workload().candidates());
    printed.put("request_bytes", report.service().requestBytes());
    printed.put("answer_bytes", report.service().answerBytes());
    printed.put("clock_step_ns", report.client().clock().stepNs());
    printed.put("oversleep_us", report.client().clock().oversleepUs());
    KneeSearch.Knee found = report.knee();
    if (found != null) {
      printed.put("knee_rate", found.held());
      printed.put("broken_rate", found.broken());
      LoadReport.Measured again = report.atKnee();
      if (again != null) {
        Latency answered = again.result().answered();
        printed.put("knee_p50_ms", answered.count() == 0 ? null : answered.p50Ms());
        printed.put("knee_p99_ms", answered.count() == 0 ? null : answered.p99Ms());
        printed.put("knee_verdict", verdict(again));
      }
    }
    printed.put("steps", report.steps().stream().map(this::row).toList());
    if (common.json()) {
      printed.put("warnings", report.warnings());
    }
    common.printer().print(printed);
    report.warnings().forEach(warning -> common.printer().remark("Careful: " + warning + "."));
  }

  private Map<String, @Nullable Object> row(LoadReport.Measured step) {
    Step.Result result = step.result();
    Map<String, @Nullable Object> row = new LinkedHashMap<>();
    row.put("rate", result.rate());
    row.put("sent_rate", result.sentRate());
    row.put("throughput", result.throughput());
    percentiles(row, result.scores());
    Latency events = result.events();
    if (events != null) {
      row.put("events_p99_ms", events.p99Ms());
    }
    row.put("ok", result.ok());
    row.put("refused", result.refused());
    Latency refusals = result.refusals();
    if (refusals != null) {
      row.put("refused_p99_ms", refusals.p99Ms());
    }
    row.put("errors", result.errors());
    row.put("dropped", result.dropped());
    row.put("partial_share", result.partialShare());
    if (result.sentAgain() > 0) {
      row.put("sent_again", result.sentAgain());
    }
    row.put("lag_p99_ms", result.lag().p99Ms());
    row.put("client_cores", result.clientCores());
    row.put("machine_busy", result.machineShare());
    if (common.json()) {
      row.put("outcomes", result.details().outcomes());
      row.put("degraded", result.details().degraded());
      row.put("pairs", result.details().pairs());
    }
    row.put("verdict", verdict(step));
    return row;
  }

  private static String verdict(LoadReport.Measured step) {
    String broken = step.broken();
    return broken == null ? "held" : broken;
  }
}
