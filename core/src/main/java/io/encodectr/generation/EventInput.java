package io.encodectr.generation;

import java.io.IOException;
import java.nio.file.Path;

/** Where an extraction gets the events from that it joins to the dataset's histories. */
public interface EventInput {
  /**
   * What decides which events these are: a killed extraction goes on, with the events it had begun
   * with, when it is started again with an input of the same identity.
   */
  String identity() throws IOException;

  /**
   * Opens the events; not called by an extraction that goes on.
   *
   * @param scratch a path where nothing is, for what the source needs on disk meanwhile; the caller
   *     deletes it after closing the source
   */
  EventSource open(Path scratch) throws IOException;
}
