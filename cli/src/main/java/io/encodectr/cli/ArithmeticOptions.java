package io.encodectr.cli;

import io.encodectr.file.InputException;
import io.encodectr.scoring.Arithmetic;
import io.encodectr.scoring.ScoringOptions;
import picocli.CommandLine.Option;

/** How a model is made ready to score, for verbs that load one. */
final class ArithmeticOptions {
  @Option(
      names = "--arithmetic",
      paramLabel = "NAME",
      defaultValue = "float32",
      description =
          "float32, or int8: whole numbers of eight bits in the largest layer, faster, and scores"
              + " change a little (default: ${DEFAULT-VALUE}).")
  private String arithmetic;

  @Option(
      names = "--item-parts",
      paramLabel = "WHEN",
      defaultValue = "auto",
      description =
          "Whether the first layer's part of every item is computed when the model is loaded: on,"
              + " off, or auto, which is on if they fit 15% of the heap (default:"
              + " ${DEFAULT-VALUE}). Scores are the same.")
  private String itemParts;

  /**
   * What was asked for.
   *
   * @throws InputException for a value that is none of those
   */
  ScoringOptions scoring() {
    double share =
        switch (itemParts) {
          case "auto" -> ScoringOptions.DEFAULT.itemShare();
          case "on" -> 1;
          case "off" -> 0;
          default ->
              throw new InputException(
                  "--item-parts is '" + itemParts + "'; it must be auto, on or off");
        };
    return new ScoringOptions(Arithmetic.named(arithmetic), share);
  }
}
