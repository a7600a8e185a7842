package io.encodectr.spark.ingest;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** ISO 8601 times as logs spell them; without an offset they are UTC. */
final class IsoTime {
  private static final Pattern TIME =
      Pattern.compile(
          "(\\d{4})-(\\d\\d)-(\\d\\d)"
              + "(?:[T ](\\d\\d):(\\d\\d)(?::(\\d\\d)(?:\\.\\d{1,9})?)?"
              + "(?:\\s?(Z)|([+-])(\\d\\d)(?::?(\\d\\d))?)?)?");
  private static final int HOUR = 3600;
  private static final int MINUTE = 60;

  private IsoTime() {}

  /** Whole seconds since the epoch; null if the text is no time. */
  static @Nullable Long seconds(String text) {
    Matcher found = TIME.matcher(text.strip());
    if (!found.matches()) {
      return null;
    }
    try {
      LocalDate date = LocalDate.of(number(found, 1), number(found, 2), number(found, 3));
      LocalTime time = LocalTime.of(number(found, 4), number(found, 5), number(found, 6));
      long seconds = date.toEpochSecond(time, ZoneOffset.UTC);
      int offset = number(found, 9) * HOUR + number(found, 10) * MINUTE;
      return "-".equals(found.group(8)) ? seconds + offset : seconds - offset;
    } catch (DateTimeException e) {
      return null;
    }
  }

  private static int number(Matcher found, int group) {
    String digits = found.group(group);
    return digits == null ? 0 : Integer.parseInt(digits);
  }
}
