package io.encodectr.file;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Words for files that cannot be used: missing, cut off, changed or never ours. */
public final class Damage {
  private static final String REMEDY =
      "it is damaged or not one of ours: copy it again from where it was whole, or make its folder"
          + " again with --overwrite";

  private Damage() {}

  /**
   * The error for a damaged file.
   *
   * @param file the file
   * @param what what is wrong with it, as a clause: "it ends after 12 of 40 bytes"
   */
  public static InputException of(Path file, String what) {
    return of(file, what, null);
  }

  /** The error for a damaged file, with what the library underneath said. */
  public static InputException of(Path file, String what, @Nullable Throwable cause) {
    return of(file.toString(), what, cause);
  }

  /**
   * The error for something damaged that is no file of its own.
   *
   * @param place what it is and where
   */
  public static InputException of(String place, String what) {
    return of(place, what, null);
  }

  /** The same with what the library underneath said. */
  public static InputException of(String place, String what, @Nullable Throwable cause) {
    return new DamagedFile(place + ": " + what + "; " + REMEDY, cause);
  }

  /** The error for a file that a folder of ours should hold and does not. */
  public static InputException missing(Path file, Throwable cause) {
    return new InputException(
        file
            + ": there is no such file; check the path, or, if its folder is incomplete, make the"
            + " folder again with --overwrite",
        cause);
  }
}
