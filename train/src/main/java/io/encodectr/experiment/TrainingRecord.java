package io.encodectr.experiment;

import io.encodectr.file.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * How a training went.
 *
 * @param seconds wall-clock time of its steps, over all processes that had a part in it
 * @param samples samples learned from, each as often as it was
 * @param peakMemoryBytes largest resident memory of the process that ended it, heap and native;
 *     null where the system does not tell, or the training shared a process
 */
record TrainingRecord(
    double seconds, long samples, @Nullable Long peakMemoryBytes, List<Epoch> epochs) {
  /** The file in a run's folder. */
  static final String FILE = "training.json";

  /** What an epoch ended with; validation figures are null where there was none. */
  record Epoch(
      int epoch,
      double trainLoss,
      @Nullable Double validationAuc,
      @Nullable Double validationLogLoss) {}

  TrainingRecord {
    epochs = List.copyOf(epochs);
  }

  /** Reads the metrics of a model just trained. */
  static TrainingRecord of(Path model, @Nullable Long peakMemoryBytes) throws IOException {
    double seconds = 0;
    long samples = 0;
    List<Epoch> epochs = new ArrayList<>();
    Path metrics = model.resolve("metrics.jsonl");
    for (String line : Files.readAllLines(metrics, StandardCharsets.UTF_8)) {
      JsonNode entry = Json.mapper().readTree(line);
      if (entry.path("event").asString("").equals("epoch")) {
        seconds = entry.path("seconds").asDouble();
        samples += entry.path("samples").asLong();
        epochs.add(
            new Epoch(
                entry.path("epoch").asInt(),
                entry.path("train_loss").asDouble(),
                number(entry, "validation_auc"),
                number(entry, "validation_log_loss")));
      }
    }
    return new TrainingRecord(seconds, samples, peakMemoryBytes, epochs);
  }

  private static @Nullable Double number(JsonNode entry, String key) {
    JsonNode value = entry.path(key);
    return value.isNumber() ? value.asDouble() : null;
  }
}
