package io.encodectr.spark.ingest;

import io.encodectr.log.CsvDialect;
import io.encodectr.log.FieldRules;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Takes the wanted columns out of lines of CSV. A value is quoted from its first character to its
 * last or not at all; whatever else quotes do, the local job must read. Not thread-safe.
 */
final class CsvLines implements LineFormat {
  private static final int LONGEST = 2_000_000;

  private final String delimiter;
  private final String quote;
  private final boolean latin1;
  private final boolean header;
  private final int[][] positions;
  private final int[] columns;
  private final CharsetDecoder utf8 = StandardCharsets.UTF_8.newDecoder();

  /** For each column of the line the field that it is, or -1; of the file at hand. */
  private int[] fieldOf = {};

  private int file = -1;

  /**
   * A reader.
   *
   * @param positions of each file: the column of each field, -1 for none
   * @param columns number of columns of each file
   */
  CsvLines(CsvDialect dialect, int[][] positions, int[] columns) {
    delimiter = dialect.delimiter();
    quote = dialect.quote();
    latin1 = dialect.latin1();
    header = dialect.header();
    this.positions = positions;
    this.columns = columns;
  }

  @Override
  public void read(byte[] line, RawRow row) {
    if (line.length == 0 || (header && row.block == 0 && row.ordinal == 0)) {
      row.fail(RawRow.State.SKIPPED, "");
      return;
    }
    if (line.length > LONGEST) {
      row.fail(RawRow.State.BROKEN, "it is too long (2 MB)");
      return;
    }
    String text;
    try {
      text =
          latin1
              ? new String(line, StandardCharsets.ISO_8859_1)
              : utf8.decode(ByteBuffer.wrap(line)).toString();
    } catch (CharacterCodingException e) {
      row.fail(RawRow.State.BROKEN, FieldRules.NO_UTF8);
      return;
    }
    choose(row.file);
    split(text, row);
  }

  private void choose(int wanted) {
    if (wanted == file) {
      return;
    }
    file = wanted;
    fieldOf = new int[columns[wanted]];
    Arrays.fill(fieldOf, -1);
    for (int f = 0; f < positions[wanted].length; f++) {
      if (positions[wanted][f] >= 0) {
        fieldOf[positions[wanted][f]] = f;
      }
    }
  }

  private void split(String line, RawRow row) {
    Arrays.fill(row.fields, null);
    int column = 0;
    int columnsFound = 0;
    int at = 0;
    while (true) {
      int end;
      String value;
      if (!quote.isEmpty() && line.startsWith(quote, at)) {
        end = closing(line, at + quote.length());
        boolean closed =
            end >= 0
                && (end + quote.length() == line.length()
                    || line.startsWith(delimiter, end + quote.length()));
        if (!closed) {
          beyond(row);
          return;
        }
        value = line.substring(at + quote.length(), end).replace(quote + quote, quote);
        end += quote.length();
      } else {
        end = line.indexOf(delimiter, at);
        end = end < 0 ? line.length() : end;
        value = line.substring(at, end);
        if (!quote.isEmpty() && value.contains(quote)) {
          beyond(row);
          return;
        }
      }
      if (column < fieldOf.length && fieldOf[column] >= 0) {
        keep(column, value, row);
      }
      // As for DuckDB, empty values beyond the last column do not count.
      if (column < fieldOf.length || !value.isEmpty()) {
        columnsFound++;
      }
      column++;
      if (end == line.length()) {
        break;
      }
      at = end + delimiter.length();
    }
    if (columnsFound == fieldOf.length) {
      row.read();
    } else {
      row.fail(RawRow.State.BROKEN, FieldRules.columns(columnsFound, fieldOf.length));
    }
  }

  /** Several fields may be of one column. */
  private void keep(int column, String value, RawRow row) {
    for (int f = 0; f < row.fields.length; f++) {
      if (positions[file][f] == column) {
        row.fields[f] = value;
      }
    }
  }

  private int closing(String line, int from) {
    int at = line.indexOf(quote, from);
    while (at >= 0 && line.startsWith(quote, at + quote.length())) {
      at = line.indexOf(quote, at + 2 * quote.length());
    }
    return at;
  }

  private static void beyond(RawRow row) {
    row.fail(
        RawRow.State.BEYOND,
        "a quote is not closed in its line, or stands inside a value: a line break inside quotes"
            + " cannot be read by parts");
  }
}
