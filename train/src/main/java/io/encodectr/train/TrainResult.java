package io.encodectr.train;

import io.encodectr.train.process.ExchangeCost;
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
 * @param samplesPerSecond training speed of all processes together
 * @param processes how many trained it
 * @param exchange what the exchange of gradients cost this process
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
    int processes,
    ExchangeCost exchange,
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
    if (processes > 1) {
      map.put("processes", processes);
      map.put("exchanged_bytes_per_step", exchange.bytes() / Math.max(1, exchange.sums()));
      map.put("exchange_seconds", exchange.sumSeconds());
      map.put("wait_seconds", exchange.waitSeconds());
    }
    map.putAll(metrics);
    map.put("model", model.toString());
    return map;
  }
}
