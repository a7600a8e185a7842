package io.encodectr.ingest;

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
record CsvDialect(String delimiter, String quote, @Nullable List<String> columns, boolean latin1) {
  /** Commas, double quotes, a header, UTF-8. */
  static final CsvDialect DEFAULT = new CsvDialect(",", "\"", null, false);

  boolean header() {
    return columns == null;
  }

  /** The same for a file with a header. */
  CsvDialect withHeader() {
    return new CsvDialect(delimiter, quote, null, latin1);
  }

  /** The values of one line. */
  List<String> split(String line) {
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
