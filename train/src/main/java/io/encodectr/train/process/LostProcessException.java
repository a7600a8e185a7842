package io.encodectr.train.process;

import org.jspecify.annotations.Nullable;

/** Another process of the training ended or does not answer. */
public final class LostProcessException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Says what is known of it. */
  public LostProcessException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
