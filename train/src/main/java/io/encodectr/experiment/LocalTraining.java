package io.encodectr.experiment;

import io.encodectr.dataset.Dataset;
import io.encodectr.file.Json;
import io.encodectr.train.RunOptions;
import io.encodectr.train.TrainOptions;
import io.encodectr.train.Trainer;
import java.io.IOException;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Trains in this process. */
final class LocalTraining implements Training {
  private static final int CHECKPOINT_EVERY = 1000;

  private final Dataset dataset;
  private final int threads;
  private final Supplier<@Nullable Long> peakMemory;

  /**
   * @param peakMemory bytes that this process has needed, asked for after a training; null where
   *     they would not be the training's
   */
  LocalTraining(Dataset dataset, int threads, Supplier<@Nullable Long> peakMemory) {
    this.dataset = dataset;
    this.threads = threads;
    this.peakMemory = peakMemory;
  }

  @Override
  public void train(RunFolder folder, TrainOptions options, LongConsumer samplesDone)
      throws IOException {
    Long memory = null;
    // A model without a record: an earlier process ended between the two.
    if (!folder.hasModel()) {
      Trainer.train(
          dataset,
          options,
          new RunOptions(threads, CHECKPOINT_EVERY, true),
          folder.model(),
          new SampleCounter(samplesDone));
      memory = peakMemory.get();
    }
    Json.write(
        folder.path().resolve(TrainingRecord.FILE), TrainingRecord.of(folder.model(), memory));
  }
}
