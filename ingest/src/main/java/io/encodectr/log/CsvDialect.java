package io.encodectr.log;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a CSV file is written.
 *
 * @param delimiter between values, 1 to 4 characters
 * @param quote around values that hold delimiters or line breaks; doubled inside; empty = none
 * @param columns the columns' names where the file has no header, otherwise null
 * @param latin1 whether the text is ISO-8859-1 rather than UTF-8
 */
public record CsvDialect(
    String delimiter, String quote, @Nullable List<String> columns, boolean latin1)
    implements Serializable {
  /** Commas, double quotes, a header, UTF-8. */
  public static final CsvDialect DEFAULT = new CsvDialect(",", "\"", null, false);

  /** Whether the first line holds the columns' names. */
  public boolean header() {
    return columns == null;
  }

  /** The same for a file with a header. */
  public CsvDialect withHeader() {
    return new CsvDialect(delimiter, quote, null, latin1);
  }

  /** The values of one line. */
  public List<String> split(String line) {
    var values = new ArrayList<String>();
    var value = new StringBuilder();
    boolean quoted = false;
    int at = 0;
    while (at < line.length()) {
      boolean atQuote = !quote.isEmpty() && line.startsWith(quote, at);
      if (atQuote && quoted && line.startsWith(quote, at + quote.length())) {
        value.append(quote);
        at += 2 * quote.length();
      } else if (atQuote && (quoted || value.isEmpty())) {
        quoted = !quoted;
        at += quote.length();
      } else if (!quoted && line.startsWith(delimiter, at)) {
        values.add(value.toString());
        value.setLength(0);
        at += delimiter.length();
      } else {
        value.append(line.charAt(at++));
      }
    }
    values.add(value.toString());
    return values;
  }
}
