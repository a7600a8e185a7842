package io.encodectr.generation;

/**
 * A shared store did not answer in time, or has lost the generation: nothing can be said of a user
 * now, but perhaps in a moment. Carries no stack trace, because every request may meet it.
 */
public final class InterestsUnavailable extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message what happened, without a password
   */
  public InterestsUnavailable(String message) {
    super(message, null, false, false);
  }
}
