package io.encodectr.experiment;

import io.encodectr.train.TrainOptions;
import java.io.IOException;
import java.util.function.LongConsumer;

/** Where trainings take place. */
interface Training {
  /**
   * Trains a model into a run's folder, from the beginning or from where an earlier attempt was cut
   * off, and leaves {@code model/} and {@code training.json} there; or {@code failed.json} if the
   * training itself comes to nothing, so that no other attempt would fare better.
   *
   * @param samplesDone is told now and then how many samples this call has been through
   */
  void train(RunFolder folder, TrainOptions options, LongConsumer samplesDone) throws IOException;
}
