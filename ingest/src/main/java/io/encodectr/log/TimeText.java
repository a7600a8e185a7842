package io.encodectr.log;

import io.encodectr.file.InputException;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/** Points in time as a person writes them. */
public final class TimeText {
  private TimeText() {}

  /**
   * Seconds since the epoch of a text: a whole number of seconds, or an ISO date or date and time;
   * without an offset it is UTC.
   *
   * @param what name of the option or key, for the error
   * @throws InputException if the text is none of these
   */
  public static long seconds(String what, String text) {
    String trimmed = text.strip();
    try {
      if (trimmed.matches("-?\\d{1,18}")) {
        return Long.parseLong(trimmed);
      }
      if (!trimmed.contains("T")) {
        return LocalDate.parse(trimmed).atStartOfDay().toEpochSecond(ZoneOffset.UTC);
      }
      boolean offset = trimmed.matches(".*T.*([Zz]|[+-]\\d\\d(:?\\d\\d)?)");
      return offset
          ? OffsetDateTime.parse(trimmed).toEpochSecond()
          : LocalDateTime.parse(trimmed).toEpochSecond(ZoneOffset.UTC);
    } catch (DateTimeException e) {
      throw new InputException(
          what
              + " \""
              + text
              + "\" is no time; give seconds since 1970 or an ISO date such as 2000-11-05 or"
              + " 2000-11-05T12:00:00Z",
          e);
    }
  }
}
