package io.encodectr.file;

import org.jspecify.annotations.Nullable;

/**
 * Bad input: a file, option or value that cannot be used as it is. The message is all the user gets
 * to see, so it names the file, the line, the field and the value, and says what to do. The command
 * line prints it without a stack trace and ends with exit code 2.
 */
public class InputException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message what is wrong, where, and the remedy
   */
  public InputException(String message) {
    super(message);
  }

  /**
   * @param message what is wrong, where, and the remedy
   * @param cause what the library underneath said; shown with {@code --verbose} only
   */
  public InputException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
