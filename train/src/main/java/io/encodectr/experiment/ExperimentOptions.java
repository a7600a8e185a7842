package io.encodectr.experiment;

import io.encodectr.file.InputException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is asked of an experiment.
 *
 * @param name one of {@link #NAMES}
 * @param data the dataset
 * @param out where everything is written
 * @param only ids of the sections wanted; empty for all
 * @param values of the sweep's setting; empty for the usual ones
 * @param seeds of the runs, one run of each variant for each
 * @param trialSeed of the trials
 * @param fraction of the users, above 0 and at most 1
 * @param epochs of a trial
 * @param grid name or file of the trials
 * @param history behaviors of the long history; null for the methods' default
 * @param candidates of a timed request
 * @param rounds timed requests to each method
 * @param threads worker threads; results do not depend on them
 * @param overwrite whether earlier work that differs from what is asked is done anew
 * @param command the command line, for the record
 */
public record ExperimentOptions(
    String name,
    Path data,
    Path out,
    List<String> only,
    List<Double> values,
    List<Long> seeds,
    long trialSeed,
    double fraction,
    int epochs,
    String grid,
    @Nullable Integer history,
    int candidates,
    int rounds,
    int threads,
    boolean overwrite,
    String command) {
  /** The experiments. */
  public static final List<String> NAMES =
      List.of("paper", "k-sweep", "m-sweep", "staleness", "length", "quantize");

  private static final List<String> SWEEPS = List.of("k-sweep", "m-sweep", "staleness", "length");

  /**
   * Checks the values.
   *
   * @throws InputException naming the option and its value
   */
  public ExperimentOptions {
    only = List.copyOf(only);
    values = List.copyOf(values);
    seeds = List.copyOf(seeds);
    if (!NAMES.contains(name)) {
      throw new InputException(
          "there is no experiment " + name + "; there are " + String.join(", ", NAMES));
    }
    if (seeds.isEmpty() || seeds.stream().distinct().count() < seeds.size()) {
      throw new InputException("--seeds needs different numbers, at least one, not " + seeds);
    }
    positive("--epochs", epochs);
    positive("--candidates", candidates);
    positive("--rounds", rounds);
    positive("--threads", threads);
    if (history != null) {
      positive("--history", history);
    }
    if (!values.isEmpty() && !SWEEPS.contains(name)) {
      throw new InputException(
          "--values is for the sweeps " + String.join(", ", SWEEPS) + ", not for " + name);
    }
    if (values.stream().distinct().count() < values.size()) {
      throw new InputException("--values holds a value twice: " + values);
    }
    for (double value : values) {
      boolean days = name.equals("staleness");
      if (!(value >= (days ? 0 : 1)) || value > 1e6 || (!days && value != Math.rint(value))) {
        throw new InputException(
            "--values of "
                + name
                + (days ? " are days from 0 on" : " are whole numbers from 1 on")
                + ", not "
                + value);
      }
    }
  }

  private static void positive(String option, int value) {
    if (value < 1) {
      throw new InputException(option + " must be at least 1, not " + value);
    }
  }

  /** The plan asked for, before the grid is known. */
  ExperimentPlan plan() {
    ExperimentPlan plan =
        switch (name) {
          case "paper" -> PaperPlan.paper();
          case "k-sweep" -> PaperPlan.clusterSweep(or(PaperPlan.CLUSTERS));
          case "m-sweep" -> PaperPlan.dimensionSweep(or(PaperPlan.DIMENSIONS));
          case "staleness" -> PaperPlan.staleness(or(PaperPlan.DAYS));
          case "length" -> PaperPlan.lengthSweep(or(PaperPlan.LENGTHS));
          default -> PaperPlan.quantize();
        };
    return only.isEmpty() ? plan : plan.only(only);
  }

  private List<Double> or(List<Double> usual) {
    return values.isEmpty() ? usual : values;
  }

  /** Training options that this run sets for all. */
  Map<String, Object> shared() {
    return history == null ? Map.of() : Map.of("long_length", history);
  }
}
