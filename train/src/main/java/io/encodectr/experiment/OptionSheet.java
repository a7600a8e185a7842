package io.encodectr.experiment;

import io.encodectr.train.TrainOptions;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Training options of trials and runs. Later ones win: the method's defaults, what all trainings
 * share, the trial's, the variant's own.
 */
final class OptionSheet {
  /** Share of the training samples, the last by time, that trials validate on. */
  private static final double VALIDATION = 0.1;

  private final Map<String, Object> shared;

  /**
   * @param shared options of all trainings by their snake_case names
   */
  OptionSheet(Map<String, Object> shared) {
    this.shared = Map.copyOf(shared);
  }

  /** The options of an experiment: the grid's for all, then the command line's. */
  static OptionSheet of(Grid grid, ExperimentOptions options) {
    Map<String, Object> shared = new LinkedHashMap<>(grid.all());
    shared.putAll(options.shared());
    return new OptionSheet(shared);
  }

  /** A trial: all epochs, on all but the last tenth of the training period. */
  TrainOptions trial(Variant variant, Trial trial, int epochs, long seed) {
    return options(
        variant, trial, Map.of("epochs", epochs, "validation_share", VALIDATION, "seed", seed));
  }

  /** What is known of a variant's trainings where nothing could be chosen. */
  TrainOptions unchosen(Variant variant) {
    return options(variant, new Trial(Map.of()), Map.of());
  }

  /** A run: the chosen number of epochs, on the whole training period. */
  TrainOptions run(Variant variant, Choice choice, long seed) {
    return options(
        variant,
        choice.best().trial(),
        Map.of("epochs", choice.best().epoch(), "validation_share", 0.0, "seed", seed));
  }

  private TrainOptions options(Variant variant, Trial trial, Map<String, Object> decided) {
    Map<String, Object> all = new LinkedHashMap<>(shared);
    all.putAll(trial.options());
    all.putAll(variant.options());
    all.putAll(decided);
    return TrainOptions.defaults(variant.method()).with(all);
  }
}
