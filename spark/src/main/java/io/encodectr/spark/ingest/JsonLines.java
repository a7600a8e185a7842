package io.encodectr.spark.ingest;

import io.encodectr.log.FieldRules;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;

/**
 * Takes the wanted fields out of lines of JSON. Of a key that occurs twice the first counts. Not
 * thread-safe.
 */
final class JsonLines implements LineFormat {
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(JsonReadFeature.ALLOW_TRAILING_COMMA)
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .build();

  /** Bytes of an escaped unit of UTF-16: a backslash, u, four digits. */
  private static final int ESCAPE = 6;

  private final List<@Nullable String> names;
  private final Map<String, Integer> first = new HashMap<>();
  private final boolean[] verbatim;
  private final boolean[] lists;
  private final boolean[] seen;

  /**
   * A reader.
   *
   * @param names names of the fields; null for none
   * @param verbatim which fields are kept as texts, so that their spelling matters
   * @param lists which fields may be lists
   */
  JsonLines(List<@Nullable String> names, boolean[] verbatim, boolean[] lists) {
    this.names = names;
    this.verbatim = verbatim.clone();
    this.lists = lists.clone();
    seen = new boolean[names.size()];
    for (int f = 0; f < names.size(); f++) {
      String name = names.get(f);
      if (name != null) {
        // A field that is wanted twice is as strict as the stricter of the two.
        int earlier = Objects.requireNonNullElse(first.putIfAbsent(name, f), f);
        this.verbatim[earlier] |= verbatim[f];
        this.lists[earlier] &= lists[f];
      }
    }
  }

  @Override
  public void read(byte[] line, RawRow row) {
    if (isBlank(line)) {
      row.fail(RawRow.State.SKIPPED, "");
      return;
    }
    Arrays.fill(row.fields, null);
    Arrays.fill(seen, false);
    row.read();
    if (!hasWholeSurrogates(line)) {
      row.fail(RawRow.State.BROKEN, FieldRules.NO_JSON);
      return;
    }
    try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), line)) {
      if (parser.nextToken() == JsonToken.START_OBJECT) {
        object(parser, line, row);
      } else {
        parser.skipChildren();
        row.fail(RawRow.State.BROKEN, FieldRules.NO_OBJECT);
      }
      if (parser.nextToken() != null) {
        row.fail(RawRow.State.BROKEN, FieldRules.NO_JSON);
      }
    } catch (JacksonException e) {
      row.fail(RawRow.State.BROKEN, FieldRules.NO_JSON);
    }
  }

  private static boolean isBlank(byte[] line) {
    for (byte b : line) {
      if (b != ' ' && b != '\t') {
        return false;
      }
    }
    return true;
  }

  /**
   * Whether all surrogates that are escaped come in pairs. Jackson lets halves pass, DuckDB does
   * not.
   */
  private static boolean hasWholeSurrogates(byte[] line) {
    int at = 0;
    while (at + 1 < line.length) {
      if (line[at] != '\\') {
        at++;
        continue;
      }
      int unit = escapedUnit(line, at);
      if (unit < Character.MIN_SURROGATE || unit > Character.MAX_SURROGATE) {
        at += 2;
        continue;
      }
      int next = escapedUnit(line, at + ESCAPE);
      if (unit > Character.MAX_HIGH_SURROGATE
          || next < Character.MIN_LOW_SURROGATE
          || next > Character.MAX_LOW_SURROGATE) {
        return false;
      }
      at += 2 * ESCAPE;
    }
    return true;
  }

  /** The unit of UTF-16 that is escaped from here on; -1 if there is none. */
  private static int escapedUnit(byte[] line, int at) {
    if (at + ESCAPE > line.length || line[at] != '\\' || line[at + 1] != 'u') {
      return -1;
    }
    int unit = 0;
    for (int i = at + 2; i < at + ESCAPE; i++) {
      int digit = Character.digit(line[i], 16);
      if (digit < 0) {
        return -1;
      }
      unit = unit * 16 + digit;
    }
    return unit;
  }

  private void object(JsonParser parser, byte[] line, RawRow row) {
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      Integer field = first.get(parser.currentName());
      JsonToken token = parser.nextToken();
      if (field == null || seen[field]) {
        parser.skipChildren();
        continue;
      }
      seen[field] = true;
      String text = text(parser, token, field, line, row);
      for (int f = 0; f < row.fields.length; f++) {
        if (Objects.equals(names.get(field), names.get(f))) {
          row.fields[f] = text;
        }
      }
    }
  }

  private @Nullable String text(
      JsonParser parser, JsonToken token, int field, byte[] line, RawRow row) {
    return switch (token) {
      case VALUE_STRING -> parser.getString();
      case VALUE_NULL -> null;
      case VALUE_TRUE -> "true";
      case VALUE_FALSE -> "false";
      case VALUE_NUMBER_INT -> {
        String number = parser.getString();
        yield number.equals("-0") ? "0" : number;
      }
      case VALUE_NUMBER_FLOAT -> {
        if (verbatim[field]) {
          beyond(row, field, "a number with a fraction, whose spelling is not kept");
        }
        yield parser.getString();
      }
      default -> {
        long from = parser.currentTokenLocation().getByteOffset();
        boolean list = token == JsonToken.START_ARRAY;
        parser.skipChildren();
        if (!list || !lists[field]) {
          beyond(row, field, list ? "a list" : "an object");
        }
        long to = parser.currentTokenLocation().getByteOffset() + 1;
        yield new String(line, (int) from, (int) (to - from), StandardCharsets.UTF_8);
      }
    };
  }

  private void beyond(RawRow row, int field, String what) {
    if (row.state == RawRow.State.READ) {
      row.fail(RawRow.State.BEYOND, names.get(field) + " holds " + what);
    }
  }
}
