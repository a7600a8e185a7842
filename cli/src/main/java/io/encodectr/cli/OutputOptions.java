package io.encodectr.cli;

import picocli.CommandLine.Option;

/** What verbs that write files have besides {@link CommonOptions}. */
final class OutputOptions {
  @Option(
      names = "--overwrite",
      description = "Replaces the output if it exists; without this the verb refuses.")
  private boolean overwrite;

  /** Whether an existing output may be replaced. */
  boolean overwrite() {
    return overwrite;
  }
}
