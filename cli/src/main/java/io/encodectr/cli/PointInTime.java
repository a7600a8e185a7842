package io.encodectr.cli;

import io.encodectr.file.InputException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;

/** Times on the command line: seconds since the epoch, or ISO 8601 in UTC. */
final class PointInTime {
  private PointInTime() {}

  /**
   * Reads a time.
   *
   * @param option the option's name, for the error
   * @return seconds since the epoch
   * @throws InputException if it is neither
   */
  static long seconds(String option, String text) {
    try {
      if (text.matches("-?\\d+")) {
        return Long.parseLong(text);
      }
      return text.contains("T")
          ? Instant.parse(text).getEpochSecond()
          : LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toEpochSecond();
    } catch (DateTimeParseException | NumberFormatException e) {
      throw new InputException(
          "%s '%s' is no time; give seconds since 1970, 2026-11-30 or 2026-11-30T12:00:00Z"
              .formatted(option, text),
          e);
    }
  }

  /** A time as a person reads it. */
  static String text(long seconds) {
    try {
      return Instant.ofEpochSecond(seconds).toString();
    } catch (java.time.DateTimeException e) {
      return Long.toString(seconds);
    }
  }
}
