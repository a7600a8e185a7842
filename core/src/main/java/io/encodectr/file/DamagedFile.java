package io.encodectr.file;

import org.jspecify.annotations.Nullable;

/**
 * A file of ours that is cut off, has changed or never was ours. A command's user named the file; a
 * service's caller did not, so a service tells its operator instead.
 */
public final class DamagedFile extends InputException {
  private static final long serialVersionUID = 1L;

  DamagedFile(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
