package io.encodectr.file;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;

/** Says in words why a file could not be written: above all, that the disk is full. */
public final class WriteFailure {
  private WriteFailure() {}

  /**
   * The same failure with the file's name and, where the disk or the quota is used up, the remedy.
   * Already explained failures come back as they are.
   */
  public static IOException of(Path file, IOException cause) {
    String message = cause.getMessage() == null ? cause.toString() : cause.getMessage();
    if (message.startsWith("cannot write ")) {
      return cause;
    }
    String lower = message.toLowerCase(Locale.ROOT);
    boolean full =
        lower.contains("no space left")
            || lower.contains("not enough space")
            || lower.contains("quota exceeded");
    String reason =
        full ? "the disk is full (" + message + "); free some space and run again" : message;
    return new IOException("cannot write " + file + ": " + reason, cause);
  }
}
