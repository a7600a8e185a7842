package io.encodectr.cli;

import io.encodectr.experiment.Experiment;
import io.encodectr.experiment.ExperimentOptions;
import io.encodectr.experiment.Reuse;
import io.encodectr.experiment.ShellWords;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code encode experiment}. */
@Command(
    name = "experiment",
    sortOptions = false,
    description = {
      "Compares methods on a dataset, the paper's whole evaluation or a part of it.",
      "",
      "Each method's hyper-parameters are chosen by the same number of trials on the last tenth of"
          + " the training period; then one run for each seed trains on all of it and is measured"
          + " on test. results.json, results.csv and report.html in the output folder are rewritten"
          + " after each run, so a look at half-way works. The same command goes on where a killed"
          + " one was.",
      "",
      "paper      Tables 2 to 7, Figures 1 and 3, and variants of our own",
      "k-sweep    ENCODE by its number of clusters (Figure 3a with values of yours)",
      "m-sweep    ENCODE by the dimensions that it clusters in (Figure 3b)",
      "staleness  ENCODE with interests extracted every 0, 1, 7, 30 days",
      "length     DIN-L and ENCODE by the length of the history: quality and time",
      "quantize   ENCODE with interests in 16-bit floats",
      "",
      "A quick look: encode experiment paper --data D --out R --only table6 --seeds 1 --fraction"
          + " 0.1",
      ""
    })
final class ExperimentCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common = new CommonOptions();

  @Parameters(
      index = "0",
      paramLabel = "NAME",
      description = "paper, k-sweep, m-sweep, staleness, length or quantize.")
  private String name;

  @Option(names = "--data", required = true, paramLabel = "FOLDER", description = "The dataset.")
  private Path data;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FOLDER",
      description = "Where everything is written, and taken up again.")
  private Path out;

  @Option(
      names = "--only",
      split = ",",
      paramLabel = "SECTION",
      description =
          "Some sections: table2 … table7, figure1, figure3a, figure3b, extras; separated by"
              + " commas.")
  private List<String> only = new ArrayList<>();

  @Option(
      names = "--seeds",
      split = ",",
      paramLabel = "N",
      defaultValue = "1,2,3",
      description = "Seeds of the runs, separated by commas (default: ${DEFAULT-VALUE}).")
  private List<Long> seeds = new ArrayList<>();

  @Option(
      names = "--fraction",
      paramLabel = "X",
      defaultValue = "1",
      description =
          "Share of the users that take part in training and test, chosen by a hash of their ids"
              + " (default: all).")
  private double fraction;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      defaultValue = "3",
      description =
          "Epochs of a trial; runs train as many as were best (default: ${DEFAULT-VALUE}).")
  private int epochs;

  @Option(
      names = "--grid",
      paramLabel = "NAME|FILE.yaml",
      defaultValue = "standard",
      description =
          "The trials: standard (4 for each method), wide (6), or a file of yours"
              + " (default: ${DEFAULT-VALUE}). Methods without trials are left out.")
  private String grid;

  @Option(
      names = "--values",
      split = ",",
      paramLabel = "X",
      description = "Values of a sweep, separated by commas.")
  private List<Double> values = new ArrayList<>();

  @Option(
      names = "--history",
      paramLabel = "N",
      description = "Behaviors of the long history, 1500 unless told.")
  private @Nullable Integer history;

  @Option(
      names = "--candidates",
      paramLabel = "N",
      defaultValue = "3000",
      description = "Candidates of a timed request (default: ${DEFAULT-VALUE}).")
  private int candidates;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "200",
      description = "Timed requests to each method (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Option(
      names = "--overwrite",
      description =
          "Does anew what in the output folder is of other options, data or program; without this"
              + " the verb refuses. What agrees is kept.")
  private boolean overwrite;

  @Option(
      names = "--mixed-programs",
      description =
          "Keeps finished work of other builds of Encode in the output folder; the report says"
              + " which numbers came of which.")
  private boolean mixedPrograms;

  @Override
  public Integer call() throws IOException {
    ExperimentOptions options =
        new ExperimentOptions(
            name,
            data,
            out,
            only,
            values,
            seeds,
            common.seed(),
            fraction,
            epochs,
            grid,
            history,
            candidates,
            rounds,
            common.threads(),
            ExperimentOptions.WARM_UP_SECONDS,
            new Reuse(overwrite, mixedPrograms),
            typed());
    Map<String, Object> summary = Experiment.run(options, common.progress());
    common.printer().print(summary);
    common.printer().remark("Next: open " + summary.get("report") + " in a browser.");
    return Encode.DONE;
  }

  /** This command line, for the record. */
  private String typed() {
    List<String> words = new ArrayList<>(List.of("./encode"));
    words.addAll(spec.root().commandLine().getParseResult().originalArgs());
    return ShellWords.join(words);
  }
}
