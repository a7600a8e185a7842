package io.encodectr.train.checkpoint;

import java.util.List;
import java.util.Map;

/**
 * Where a training run stands, beside its parameters. All randomness is drawn from seeds of (run
 * seed, epoch, step), so the position is all there is to remember of it.
 *
 * @param format 1
 * @param options the run's options
 * @param datasetFingerprint of the dataset it learns from
 * @param epoch the current epoch, from 0
 * @param batch batches of it that are done
 * @param step steps done in all
 * @param seconds time spent on them
 * @param epochSums of the current epoch
 * @param logSums since the last metrics line
 * @param bestEpoch the epoch with the best validation AUC, from 1; 0 for none yet
 * @param bestAuc its AUC
 * @param stopped whether early stop has ended the training
 * @param metrics lines of metrics.jsonl so far
 */
public record TrainingState(
    int format,
    Map<String, Object> options,
    String datasetFingerprint,
    int epoch,
    int batch,
    long step,
    double seconds,
    LossSums epochSums,
    LossSums logSums,
    int bestEpoch,
    double bestAuc,
    boolean stopped,
    List<Map<String, Object>> metrics) {

  /** The format written. */
  public static final int FORMAT = 1;

  /** A run that has not begun. */
  public static TrainingState start(Map<String, Object> options, String datasetFingerprint) {
    return new TrainingState(
        FORMAT,
        options,
        datasetFingerprint,
        0,
        0,
        0,
        0,
        LossSums.NONE,
        LossSums.NONE,
        0,
        0,
        false,
        List.of());
  }

  /** After one more step. */
  public TrainingState afterStep(LossSums loss, double stepSeconds) {
    return new TrainingState(
        format,
        options,
        datasetFingerprint,
        epoch,
        batch + 1,
        step + 1,
        seconds + stepSeconds,
        epochSums.plus(loss),
        logSums.plus(loss),
        bestEpoch,
        bestAuc,
        stopped,
        metrics);
  }

  /** After a line was written of the steps since the last. */
  public TrainingState afterLog(List<Map<String, Object>> lines) {
    return new TrainingState(
        format,
        options,
        datasetFingerprint,
        epoch,
        batch,
        step,
        seconds,
        epochSums,
        LossSums.NONE,
        bestEpoch,
        bestAuc,
        stopped,
        lines);
  }

  /**
   * After an epoch's end.
   *
   * @param better whether this epoch is the best so far
   * @param auc its validation AUC
   * @param mayStop whether {@code patience} epochs without a better one end the training
   */
  public TrainingState afterEpoch(
      boolean better, double auc, boolean mayStop, int patience, List<Map<String, Object>> lines) {
    int done = epoch + 1;
    int bestNow = better ? done : bestEpoch;
    return new TrainingState(
        format,
        options,
        datasetFingerprint,
        done,
        0,
        step,
        seconds,
        LossSums.NONE,
        LossSums.NONE,
        bestNow,
        better && !Double.isNaN(auc) ? auc : bestAuc,
        mayStop && done - bestNow >= patience,
        lines);
  }
}
