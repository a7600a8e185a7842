package io.encodectr.cli;

import io.encodectr.file.InputException;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Lengths of time on the command line: a number and a unit. */
final class TimeSpan {
  private static final Pattern FORM = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");

  private TimeSpan() {}

  /**
   * Reads a length of time such as 500ms, 30s, 5m, 12h or 7d.
   *
   * @param option the option's name, for the error
   * @throws InputException if it is none
   */
  static Duration of(String option, String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new InputException(
          "%s '%s' is no length of time; give a number and ms, s, m, h or d, such as 30s"
              .formatted(option, text));
    }
    long number = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "ms" -> Duration.ofMillis(number);
      case "s" -> Duration.ofSeconds(number);
      case "m" -> Duration.ofMinutes(number);
      case "h" -> Duration.ofHours(number);
      default -> Duration.ofDays(number);
    };
  }
}
