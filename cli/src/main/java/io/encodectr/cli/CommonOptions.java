package io.encodectr.cli;

import io.encodectr.file.InputException;
import io.encodectr.progress.Progress;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options every verb has. A verb takes them as a {@link Mixin}. */
@SuppressWarnings("UnusedVariable") // picocli fills in fields that nothing here reads
final class CommonOptions {
  private static final int MOST_THREADS = 4096;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec verb;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Shows this help.")
  private boolean help;

  /** Read before the other options, by {@link ConfigFile}; here for help and for parsing. */
  @Option(
      names = ConfigFile.OPTION,
      paramLabel = "FILE.yaml",
      description =
          "Reads options from a YAML file whose keys are the long option names; the command line"
              + " wins.")
  private @Nullable Path config;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Seed of everything random (default: ${DEFAULT-VALUE}); same seed, same bytes.")
  private long seed;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads to use (default: all cores).")
  private @Nullable Integer threads;

  @Option(
      names = "--json",
      description = "Prints the result as one JSON object; logs stay on stderr.")
  private boolean json;

  @Option(names = "--verbose", description = "Logs more, and shows the stack trace of a failure.")
  private boolean verbose;

  /** The seed of everything random in this run. */
  long seed() {
    return seed;
  }

  /**
   * How many threads to use.
   *
   * @throws InputException if the option is not between 1 and 4096
   */
  int threads() {
    if (threads == null) {
      return Runtime.getRuntime().availableProcessors();
    }
    if (threads < 1 || threads > MOST_THREADS) {
      throw new InputException(
          "--threads " + threads + ": give a number from 1 to " + MOST_THREADS + ".");
    }
    return threads;
  }

  /** Whether the result is printed as JSON. */
  boolean json() {
    return json;
  }

  /** Whether a failure shows its stack trace. */
  boolean verbose() {
    return verbose;
  }

  /** Prints this run's result in the form that was asked for. */
  ResultPrinter printer() {
    return new ResultPrinter(verb.commandLine().getOut(), json);
  }

  /** Shows long work on stderr: a bar on a terminal, a line every ten seconds elsewhere. */
  Progress progress() {
    int columns = Integer.getInteger(TerminalProgress.COLUMNS, 0);
    return columns > 0 ? new TerminalProgress(columns) : LoggedProgress.everyTenSeconds();
  }
}
