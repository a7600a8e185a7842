package io.encodectr.behavior;

/**
 * What an {@link EventLog} did with an event. All of them are final: sending again changes nothing.
 */
public enum Outcome {
  /** It is in the log, durably, and the user's next score sees it. */
  STORED,

  /** The log has this user's event of that id already; the new one was dropped. */
  DUPLICATE,

  /**
   * It happened at a time that the dataset behind the generation in use covers, or before the user
   * was forgotten. No score and no extraction will use it, unless a rollback leads to a generation
   * that ends before it: for that it is kept as long as such a generation is at hand.
   */
  LATE
}
