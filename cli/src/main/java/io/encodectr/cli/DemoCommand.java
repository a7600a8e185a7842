package io.encodectr.cli;

import io.encodectr.file.InputException;
import io.encodectr.http.ListenAddress;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The whole journey on a small generated world, by the verbs themselves: each step is a command
 * line that a user could type, printed before it runs.
 */
@Command(
    name = "demo",
    description =
        "Walks the whole journey on a small generated world, in under three minutes, and then"
            + " serves it with a page to look into it, until Ctrl-C.")
final class DemoCommand implements Callable<Integer> {
  private static final List<String> METHODS = List.of("din", "avg-pooling", "din-l", "encode");

  @Mixin private CommonOptions common = new CommonOptions();
  @Mixin private OutputOptions output = new OutputOptions();

  @Option(
      names = "--out",
      paramLabel = "FOLDER",
      defaultValue = "encode-demo",
      description = "Where everything is written (default: ${DEFAULT-VALUE}).")
  private Path out;

  @Option(
      names = "--no-serve",
      description = "Ends when the journey is done, for scripts; --json does so too.")
  private boolean noServe;

  private final Map<String, JsonNode> trained = new LinkedHashMap<>();

  /** A step of the journey failed; its own report has been printed. */
  private static final class StepFailure extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final int exitCode;

    StepFailure(int exitCode) {
      super("a step failed", null, false, false);
      this.exitCode = exitCode;
    }
  }

  @Override
  public Integer call() throws IOException {
    if (!output.overwrite() && !isAbsentOrEmpty(out)) {
      throw new InputException(out + " exists; --overwrite replaces what the demo writes there");
    }
    long start = System.nanoTime();
    try {
      List<Map<String, Object>> methods = journey();
      double seconds = (System.nanoTime() - start) / 1e9;
      SequencedMap<String, Object> result = new LinkedHashMap<>();
      result.put("methods", methods);
      result.put("seconds", Math.round(seconds));
      result.put("folder", out.toString());
      common.printer().remark("");
      common.printer().print(result);
      whatNext();
      return noServe || common.json() ? Encode.DONE : serve();
    } catch (StepFailure failure) {
      return failure.exitCode;
    }
  }

  private static boolean isAbsentOrEmpty(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return !Files.exists(folder);
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.findAny().isEmpty();
    }
  }

  private List<Map<String, Object>> journey() {
    explain("A shop's logs: users with long histories, page views, clicks.");
    run("generate", "--preset", "demo", "--out", path("logs"));
    explain("Logs become a dataset, split by time.");
    run(
        "ingest",
        "--format",
        "csv",
        "--input",
        path("logs"),
        "--mapping",
        path("logs/mapping.yaml"),
        "--out",
        path("dataset"));
    explain("Four methods learn from the same data with the same budget.");
    for (String method : METHODS) {
      trained.put(
          method,
          run(
              "train",
              "--data",
              path("dataset"),
              "--method",
              method,
              "--preset",
              "small",
              "--out",
              path(method)));
    }
    explain("Each user's interests are extracted ahead, for serving.");
    run("extract", "--data", path("dataset"), "--model", path("encode"), "--store", path("store"));
    explain("How well do they rank page views they have never seen?");
    List<Map<String, Object>> table = new ArrayList<>();
    for (String method : METHODS) {
      table.add(row(method));
    }
    return table;
  }

  private Map<String, Object> row(String method) {
    List<String> arguments =
        new ArrayList<>(List.of("evaluate", "--data", path("dataset"), "--model", path(method)));
    if (!method.equals("din")) {
      arguments.addAll(List.of("--against", path("din-l")));
    }
    JsonNode evaluated = run(arguments.toArray(String[]::new));
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("method", method);
    for (String key :
        List.of(
            "auc",
            "gauc",
            "log_loss",
            "oracle_auc",
            "share_of_oracle",
            "ri",
            "microseconds_per_candidate")) {
      row.put(key, number(evaluated.get(key)));
    }
    JsonNode training = trained.get(method);
    row.put(
        "samples_per_second", number(training == null ? null : training.get("samples_per_second")));
    return row;
  }

  private static @Nullable Double number(@Nullable JsonNode node) {
    return node == null || !node.isNumber() ? null : node.asDouble();
  }

  private String path(String name) {
    return out.resolve(name).toString();
  }

  private void explain(String line) {
    common.printer().remark("");
    common.printer().remark(line);
  }

  /** Runs a verb as if typed, and returns what it prints with --json. */
  private JsonNode run(String... arguments) {
    common.printer().remark("  $ ./encode " + String.join(" ", arguments));
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--json", "--threads", String.valueOf(common.threads())));
    if (!arguments[0].equals("evaluate")) {
      all.addAll(List.of("--seed", String.valueOf(common.seed())));
    }
    if (output.overwrite() && (all.contains("--out") || all.contains("--store"))) {
      all.add("--overwrite");
    }
    if (common.verbose()) {
      all.add("--verbose");
    }
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    int exitCode =
        Encode.run(
            all.toArray(String[]::new),
            new PrintStream(printed, true, StandardCharsets.UTF_8),
            System.err);
    if (exitCode != Encode.DONE) {
      throw new StepFailure(exitCode);
    }
    return JsonMapper.shared().readTree(printed.toString(StandardCharsets.UTF_8));
  }

  private void whatNext() {
    ResultPrinter printer = common.printer();
    printer.remark("");
    printer.remark(
        "AUC and GAUC: higher is better; share_of_oracle compares with knowing the truth.");
    printer.remark("ri: cross entropy with DIN-L's attention, lower is closer.");
    printer.remark("");
    printer.remark("Try next:");
    printer.remark("  ./encode inspect " + path("dataset"));
    printer.remark(
        "  ./encode explain --model "
            + path("encode")
            + " --store "
            + path("store")
            + " --user u1 --items i1,i2");
    printer.remark("  ./encode ingest --help      your own logs");
  }

  /** As a user would serve it; on other ports where the usual ones are taken. */
  private int serve() {
    boolean usual = isFree(ServeCommand.PORT) && isFree(ServeCommand.ADMIN_PORT);
    List<String> arguments =
        new ArrayList<>(
            List.of("serve", "--model", path("encode"), "--store", path("store"), "--data"));
    // The world's time stands still, so its interests are not to be called stale.
    arguments.addAll(List.of(path("dataset"), "--stale-after", "0s"));
    if (!usual) {
      arguments.addAll(List.of("--port", "0", "--admin-port", "0"));
    }
    explain("It is served until Ctrl-C.");
    common.printer().remark("  $ ./encode " + String.join(" ", arguments));
    return Encode.run(arguments.toArray(String[]::new), System.out, System.err);
  }

  private static boolean isFree(String port) {
    try {
      new ListenAddress(ServeCommand.HOST, Integer.parseInt(port)).requireFree();
      return true;
    } catch (InputException e) {
      return false;
    }
  }
}
