package io.encodectr.experiment;

import io.encodectr.dataset.Dataset;
import io.encodectr.file.InputException;
import io.encodectr.file.Json;
import io.encodectr.train.RunOptions;
import io.encodectr.train.TrainOptions;
import io.encodectr.train.Trainer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Trains in this process. */
final class LocalTraining implements Training {
  private static final Logger LOG = LoggerFactory.getLogger(LocalTraining.class);
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
      try {
        Trainer.train(
            dataset,
            options,
            new RunOptions(threads, CHECKPOINT_EVERY, true),
            folder.model(),
            new SampleCounter(samplesDone));
      } catch (InputException | UncheckedIOException e) {
        throw e;
      } catch (RuntimeException e) {
        LOG.warn("training {} failed", folder.path(), e);
        String reason = e.getMessage();
        folder.fail(reason == null ? e.toString() : reason);
        return;
      }
      memory = peakMemory.get();
    }
    Json.write(
        folder.path().resolve(TrainingRecord.FILE), TrainingRecord.of(folder.model(), memory));
  }
}
