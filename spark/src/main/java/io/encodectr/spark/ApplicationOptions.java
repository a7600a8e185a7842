package io.encodectr.spark;

import picocli.CommandLine.Option;

/** The options that every application has. */
@SuppressWarnings("UnusedVariable") // picocli fills in fields that nothing here reads
public final class ApplicationOptions {
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Shows this help.")
  private boolean help;

  @Option(names = "--overwrite", description = "Replaces an earlier output.")
  private boolean overwrite;

  @Option(names = "--json", description = "Prints the result as one JSON object.")
  private boolean json;

  @Option(names = "--verbose", description = "Shows the stack trace of a failure.")
  private boolean verbose;

  boolean overwrite() {
    return overwrite;
  }

  boolean json() {
    return json;
  }

  boolean verbose() {
    return verbose;
  }
}
