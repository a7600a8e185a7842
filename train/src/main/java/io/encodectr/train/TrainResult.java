package io.encodectr.train;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a training run came to.
 *
 * @param method the method trained
 * @param epochs epochs done
 * @param keptEpoch the epoch, from 1, whose parameters the model has
 * @param steps steps done in all
 * @param resumedFrom the step that a checkpoint let it begin at; 0 without one
 * @param samplesPerSecond training speed of this process
 * @param metrics of the kept epoch: train_loss, triplet_loss, validation_auc, validation_log_loss
 * @param model the folder written
 */
public record TrainResult(
    String method,
    int epochs,
    int keptEpoch,
    long steps,
    long resumedFrom,
    double samplesPerSecond,
    Map<String, Object> metrics,
    Path model) {

  /** The result by the names that scripts rely on. */
  public Map<String, Object> asMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("method", method);
    map.put("epochs", epochs);
    map.put("kept_epoch", keptEpoch);
    map.put("steps", steps);
    if (resumedFrom > 0) {
      map.put("resumed_from_step", resumedFrom);
    }
    map.put("samples_per_second", samplesPerSecond);
    map.putAll(metrics);
    map.put("model", model.toString());
    return map;
  }
}
