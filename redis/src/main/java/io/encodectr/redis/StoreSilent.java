package io.encodectr.redis;

/**
 * A server gave no answer in time, or is known not to. Carries no stack trace, because every
 * request may meet it.
 */
public final class StoreSilent extends Exception {
  private static final long serialVersionUID = 1L;

  StoreSilent(String message) {
    super(message, null, false, false);
  }
}
