package io.encodectr.experiment;

import io.encodectr.file.InputException;
import java.nio.file.Path;
import java.util.ArrayList;
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
 * @param warmUpSeconds requests to each method that come before those timed
 * @param reuse what happens to earlier work that differs from what is asked
 * @param typed the command line as it was typed, for the record
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
    double warmUpSeconds,
    Reuse reuse,
    String typed) {
  /** Seconds of requests to each method after which compiled code has settled. */
  public static final double WARM_UP_SECONDS = 2;

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

  /** The plan asked for, given what ENCODE's settings will be. */
  ExperimentPlan plan(PaperPlan.Settled settled) {
    ExperimentPlan plan =
        switch (name) {
          case "paper" -> PaperPlan.paper(settled);
          case "k-sweep" -> PaperPlan.clusterSweep(or(PaperPlan.CLUSTERS), settled);
          case "m-sweep" -> PaperPlan.dimensionSweep(or(PaperPlan.DIMENSIONS), settled);
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

  /** A command that asks for exactly this, with all that was left to defaults or a file. */
  String command() {
    List<String> words = new ArrayList<>(List.of("./encode", "experiment", name));
    add(words, "--data", data);
    add(words, "--out", out);
    addAll(words, "--only", only);
    addAll(words, "--values", values.stream().map(PaperPlan::number).toList());
    addAll(words, "--seeds", seeds);
    add(words, "--seed", trialSeed);
    add(words, "--fraction", fraction);
    add(words, "--epochs", epochs);
    add(words, "--grid", grid);
    if (history != null) {
      add(words, "--history", history);
    }
    add(words, "--candidates", candidates);
    add(words, "--rounds", rounds);
    add(words, "--threads", threads);
    if (reuse.overwrite()) {
      words.add("--overwrite");
    }
    if (reuse.mixedPrograms()) {
      words.add("--mixed-programs");
    }
    return ShellWords.join(words);
  }

  private static void add(List<String> words, String option, Object value) {
    words.add(option);
    words.add(String.valueOf(value));
  }

  private static void addAll(List<String> words, String option, List<?> values) {
    if (!values.isEmpty()) {
      add(words, option, String.join(",", values.stream().map(String::valueOf).toList()));
    }
  }
}
