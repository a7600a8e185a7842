package io.encodectr.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.encodectr.file.InputException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;

class EncodeTest {
  @TempDir Path folder;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  /** A verb with an option of each sort. */
  @Command(name = "walk", description = "Walks.")
  static final class Walk implements Callable<Integer> {
    @Mixin CommonOptions common = new CommonOptions();
    @Mixin OutputOptions output = new OutputOptions();

    @Option(names = "--steps", required = true)
    int steps;

    @Option(names = "--widths", split = ",")
    List<Integer> widths = new ArrayList<>();

    @Option(names = "--pace")
    double pace = 1.5;

    private final Exception failure;

    Walk(Exception failure) {
      this.failure = failure;
    }

    @Override
    public Integer call() throws Exception {
      if (failure != null) {
        throw failure;
      }
      var result = new LinkedHashMap<String, Object>();
      result.put("steps", steps);
      result.put("widths", widths);
      result.put("pace", pace);
      result.put("seed", common.seed());
      result.put("threads", common.threads());
      result.put("overwrite", output.overwrite());
      common.printer().print(result);
      common.printer().remark("Next: run.");
      return Encode.DONE;
    }
  }

  private int walk(String... arguments) {
    return walkInto(null, arguments);
  }

  private int walkInto(Exception failure, String... arguments) {
    var encode = new CommandLine(new Encode());
    encode.addSubcommand("walk", new Walk(failure));
    var all = new ArrayList<>(List.of("walk"));
    all.addAll(List.of(arguments));
    return Encode.run(encode, all.toArray(String[]::new), stream(out), stream(err));
  }

  private static PrintStream stream(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  private Map<?, ?> json() {
    return JsonMapper.shared().readValue(out(), Map.class);
  }

  private String config(String text) throws IOException {
    return Files.writeString(folder.resolve("walk.yaml"), text).toString();
  }

  @Test
  void helpListsEveryVerbWithALine() {
    int code = Encode.run(new String[] {"--help"}, stream(out), stream(err));
    assertThat(code).isZero();
    for (String verb : Encode.verbNames()) {
      assertThat(out()).containsPattern("(?m)^  " + verb + " +\\S+");
    }
    assertThat(err()).isEmpty();
  }

  @Test
  void everyVerbHasHelpAndTheCommonOptions() {
    for (String verb : Encode.verbNames()) {
      CommandLine.Model.CommandSpec spec =
          Encode.commandLine(verb).getSubcommands().get(verb).getCommandSpec();
      assertThat(spec.optionsMap())
          .as(verb)
          .containsKeys("--help", "--config", "--seed", "--threads", "--json", "--verbose");
      assertThat(spec.usageMessage().description()).as(verb + " has a description").isNotEmpty();
    }
  }

  @Test
  void versionNamesTheJdk() {
    assertThat(Encode.run(new String[] {"--version"}, stream(out), stream(err))).isZero();
    assertThat(out()).startsWith("encode ").contains("JDK 25");
  }

  @Test
  void wrongUsageIsCodeTwoAndSaysHowToGetHelp() {
    assertThat(Encode.run(new String[] {}, stream(out), stream(err))).isEqualTo(2);
    assertThat(err()).contains("encode: which verb?", "'encode --help'");
    err.reset();
    assertThat(Encode.run(new String[] {"fly"}, stream(out), stream(err))).isEqualTo(2);
    assertThat(err()).contains("encode: ", "fly");
    err.reset();
    assertThat(walk()).isEqualTo(2);
    assertThat(err()).contains("encode walk: missing required option", "'encode walk --help'");
    err.reset();
    assertThat(walk("--steps", "x")).isEqualTo(2);
    assertThat(err()).contains("--steps", "'x'").doesNotContain("\tat ");
    err.reset();
    assertThat(walk("--steps", "3", "--threads", "0")).isEqualTo(2);
    assertThat(err()).contains("--threads 0").doesNotContain("\tat ");
    assertThat(out()).isEmpty();
  }

  @Test
  void jsonIsOneObjectOnStdout() {
    assertThat(walk("--steps", "3", "--json", "--threads", "2", "--seed", "9")).isZero();
    assertThat(json())
        .isEqualTo(
            Map.of(
                "steps",
                3,
                "widths",
                List.of(),
                "pace",
                1.5,
                "seed",
                9,
                "threads",
                2,
                "overwrite",
                false));
    assertThat(out().strip().lines()).hasSize(1);
  }

  @Test
  void aPersonGetsLines() {
    assertThat(walk("--steps", "30000", "--widths", "200,80")).isZero();
    assertThat(out()).contains("steps      30,000", "widths     200, 80", "Next: run.");
  }

  @Test
  void configurationGivesWhatTheCommandLineDoesNot() throws IOException {
    String file =
        config("# a walk\nsteps: 7\npace: 0.5\nwidths: [5, 6]\nseed: 11\noverwrite: true\n");
    assertThat(walk("--config", file, "--pace=2", "--overwrite", "--json")).isZero();
    assertThat(json().get("steps")).isEqualTo(7);
    assertThat(json().get("pace")).isEqualTo(2.0);
    assertThat(json().get("widths")).isEqualTo(List.of(5, 6));
    assertThat(json().get("seed")).isEqualTo(11);
    assertThat(json().get("overwrite")).isEqualTo(true);
    out.reset();
    assertThat(walk("--config=" + file, "--json")).isZero();
    assertThat(json().get("overwrite")).isEqualTo(true);
    assertThat(json().get("pace")).isEqualTo(0.5);
  }

  @Test
  void unknownKeyNamesTheNearest() throws IOException {
    assertThat(walk("--config", config("seed: 1\nstep: 7\n"))).isEqualTo(2);
    assertThat(err()).contains("walk.yaml, line 2", "'step'", "did you mean 'steps'?");
    err.reset();
    assertThat(walk("--config", config("zzzzzzzz: 7\n"))).isEqualTo(2);
    assertThat(err()).contains("'zzzzzzzz'", "'encode walk --help'");
  }

  @Test
  void badConfigurationIsCodeTwo() throws IOException {
    assertThat(walk("--config", folder.resolve("none.yaml").toString())).isEqualTo(2);
    assertThat(err()).contains("none.yaml: no such configuration file");
    for (var bad :
        Map.of(
                "steps: x", "walk.yaml, line 1",
                "- steps", "lines like",
                "steps: 1\nsteps: 2", "line 2",
                "steps: {a: 1}", "plain value",
                "steps: [1, 2]", "not a list",
                "steps: \"", "not YAML",
                "steps:", "plain value")
            .entrySet()) {
      err.reset();
      assertThat(walk("--config", config(bad.getKey()))).as(bad.getKey()).isEqualTo(2);
      assertThat(err()).as(bad.getKey()).contains(bad.getValue()).doesNotContain("\tat ");
    }
    assertThat(walk("--steps", "1", "--config", config(""))).isZero();
  }

  @Test
  void failuresBecomeExitCodes() {
    String[] steps = {"--steps", "1"};
    assertThat(walkInto(new InputException("a.csv, line 3: no"), steps)).isEqualTo(2);
    assertThat(err()).isEqualTo("encode walk: a.csv, line 3: no" + System.lineSeparator());
    err.reset();
    assertThat(walkInto(new ExecutionException(new InputException("bad")), steps)).isEqualTo(2);
    assertThat(err()).startsWith("encode walk: bad");
    err.reset();
    assertThat(walkInto(new NoSuchFileException("gone"), steps)).isEqualTo(2);
    assertThat(err()).contains("gone: no such file");
    err.reset();
    assertThat(walkInto(new IllegalStateException("broken"), steps)).isEqualTo(1);
    assertThat(err()).contains("broken", "--verbose").doesNotContain("\tat ");
    err.reset();
    assertThat(walkInto(new IOException("No space left on device"), steps)).isEqualTo(1);
    assertThat(err()).contains("No space left on device");
    err.reset();
    assertThat(walkInto(new IllegalStateException("broken"), "--steps", "1", "--verbose"))
        .isEqualTo(1);
    assertThat(err()).contains("\tat io.encodectr.cli.EncodeTest");
    assertThat(out()).isEmpty();
  }

  @Test
  void aResultThatCannotBeWrittenIsAFailure() {
    var full =
        new OutputStream() {
          @Override
          public void write(int value) throws IOException {
            throw new IOException("No space left on device");
          }
        };
    var encode = new CommandLine(new Encode());
    encode.addSubcommand("walk", new Walk(null));
    String[] arguments = {"walk", "--steps", "3", "--json"};
    int code = Encode.run(encode, arguments, new PrintStream(full), stream(err));
    assertThat(code).isEqualTo(Encode.FAILED);
    assertThat(err()).contains("encode walk: ", "standard output").hasLineCount(1);
  }

  @Test
  void verboseInTheConfigurationShowsTheStackTrace() throws IOException {
    String file = config("verbose: true\nsteps: 1\n");
    assertThat(walkInto(new IllegalStateException("broken"), "--config", file)).isEqualTo(1);
    assertThat(err()).contains("\tat io.encodectr.cli.EncodeTest");
    err.reset();
    String quiet = config("verbose: false\nsteps: 1\n");
    assertThat(walkInto(new IllegalStateException("broken"), "--config", quiet)).isEqualTo(1);
    assertThat(err()).doesNotContain("\tat ");
  }
}
