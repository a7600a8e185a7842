package io.encodectr.service;

/**
 * A request that is not served, through no fault of its content. Carries no stack trace: refusing
 * must cost next to nothing when there is too much to do.
 */
public final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Why. */
  public enum Reason {
    /** The queue is full, or longer than the request can wait. */
    OVERLOADED,
    /** It waited in the queue for as long as a request may. */
    EXPIRED,
    /** Its deadline left no time to score anything. */
    DEADLINE,
    /** No pair is in service yet, or the service is stopping. */
    NOT_READY,
    /** The event log cannot be written. */
    EVENTS_UNAVAILABLE
  }

  private final Reason reason;

  /**
   * @param message what to tell the caller
   */
  public Refusal(Reason reason, String message) {
    super(message, null, false, false);
    this.reason = reason;
  }

  /** Why the request is not served. */
  public Reason reason() {
    return reason;
  }
}
