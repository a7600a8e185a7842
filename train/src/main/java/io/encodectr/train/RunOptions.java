package io.encodectr.train;

import io.encodectr.file.InputException;

/**
 * What does not change the model a run makes.
 *
 * @param threads worker threads, at least 1
 * @param checkpointEvery steps between two checkpoints within an epoch; 0 for epoch ends only
 * @param overwrite whether an existing output folder is replaced
 */
public record RunOptions(int threads, int checkpointEvery, boolean overwrite) {
  /**
   * Checks the values.
   *
   * @throws InputException naming the option and its value
   */
  public RunOptions {
    if (threads < 1) {
      throw new InputException("threads must be at least 1, not " + threads);
    }
    if (checkpointEvery < 0) {
      throw new InputException("checkpoint_every must be 0 or more steps, not " + checkpointEvery);
    }
  }
}
