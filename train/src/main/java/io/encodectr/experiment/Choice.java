package io.encodectr.experiment;

import io.encodectr.file.InputException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The hyper-parameters taken: those of the trial, and the number of its epochs, that ranked the
 * validation samples best. At equal AUC the earlier trial and the earlier epoch win; a trial that
 * failed never does.
 *
 * @param all outcomes in the order of the trials, at least one
 */
record Choice(List<Outcome> all) {
  /**
   * A trial at its best epoch.
   *
   * @param epoch 0 for a failed trial
   * @param validationAuc NaN for a failed trial
   * @param failure why it failed; null if it did not
   */
  record Outcome(Trial trial, int epoch, double validationAuc, @Nullable String failure) {
    /**
     * The best epoch of a trial.
     *
     * @throws InputException if none could be validated
     */
    static Outcome of(Trial trial, TrainingRecord record) {
      Outcome best = null;
      for (TrainingRecord.Epoch epoch : record.epochs()) {
        Double auc = epoch.validationAuc();
        if (auc != null && (best == null || auc > best.validationAuc)) {
          best = new Outcome(trial, epoch.epoch(), auc, null);
        }
      }
      if (best == null) {
        throw new InputException(
            "the last tenth of the training samples does not hold clicks and non-clicks, so no"
                + " trial can be chosen on it; take a larger --fraction, or a dataset with more"
                + " samples");
      }
      return best;
    }

    /** A trial that came to nothing. */
    static Outcome failed(Trial trial, String reason) {
      return new Outcome(trial, 0, Double.NaN, reason);
    }
  }

  Choice {
    all = List.copyOf(all);
  }

  static Choice of(List<Outcome> outcomes) {
    return new Choice(outcomes);
  }

  /** Whether all trials failed, so that nothing could be chosen. */
  boolean failed() {
    return all.stream().allMatch(outcome -> outcome.failure() != null);
  }

  /**
   * The best outcome.
   *
   * @throws IllegalStateException if all trials failed
   */
  Outcome best() {
    Outcome best = null;
    for (Outcome outcome : all) {
      if (outcome.failure() == null
          && (best == null || outcome.validationAuc > best.validationAuc)) {
        best = outcome;
      }
    }
    if (best == null) {
      throw new IllegalStateException("all trials failed");
    }
    return best;
  }
}
