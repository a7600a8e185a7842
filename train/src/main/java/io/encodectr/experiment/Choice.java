package io.encodectr.experiment;

import io.encodectr.file.InputException;
import java.util.List;

/**
 * The hyper-parameters taken: those of the trial, and the number of its epochs, that ranked the
 * validation samples best. At equal AUC the earlier trial and the earlier epoch win.
 */
record Choice(Outcome best, List<Outcome> all) {
  /** A trial at its best epoch. */
  record Outcome(Trial trial, int epoch, double validationAuc) {
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
          best = new Outcome(trial, epoch.epoch(), auc);
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
  }

  static Choice of(List<Outcome> outcomes) {
    Outcome best = outcomes.getFirst();
    for (Outcome outcome : outcomes) {
      best = outcome.validationAuc > best.validationAuc ? outcome : best;
    }
    return new Choice(best, List.copyOf(outcomes));
  }
}
