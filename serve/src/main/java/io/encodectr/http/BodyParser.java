package io.encodectr.http;

import io.encodectr.file.Spelling;
import java.util.Collection;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.InputCoercionException;

/**
 * Reads the fields of a body token by token, so that every wrong one is named and nothing larger
 * than its limit is ever held. One a body.
 */
final class BodyParser implements AutoCloseable {
  /** Seconds since the epoch of the years 1 and 9999. */
  private static final long EARLIEST = -62_135_596_800L;

  private static final long LATEST = 253_402_300_799L;

  private final JsonParser parser;
  private final int longestId;

  /** What reads a body. */
  interface Reader<T> {
    T read(BodyParser parser);
  }

  /** What reads the value of a field of an object. */
  interface Field {
    void read(String name);
  }

  private BodyParser(byte[] bytes, int length, int longestId) {
    parser = JsonText.READER.createParser(ObjectReadContext.empty(), bytes, 0, length);
    this.longestId = longestId;
  }

  /**
   * Reads a whole body.
   *
   * @param longestId most bytes of an id
   * @throws Problem 400 if it is not JSON or nested too deeply, 422 if a field is wrong
   */
  static <T> T read(byte[] bytes, int length, int longestId, Reader<T> reader) {
    try (BodyParser body = new BodyParser(bytes, length, longestId)) {
      if (body.parser.nextToken() == null) {
        throw new Problem(400, "the body is empty; a JSON object is needed");
      }
      T value = reader.read(body);
      if (body.parser.nextToken() != null) {
        throw new Problem(400, "something follows the JSON of the body");
      }
      return value;
    } catch (JacksonException e) {
      throw new Problem(400, "the body is not JSON that can be read: " + reason(e) + where(e));
    }
  }

  private static String where(JacksonException e) {
    TokenStreamLocation location = e.getLocation();
    return location == null || location.getByteOffset() < 0
        ? ""
        : " (at byte " + location.getByteOffset() + ")";
  }

  /** The first line of what Jackson says: the others show the source. */
  private static String reason(JacksonException e) {
    String message = e.getOriginalMessage();
    return message == null ? "it cannot be parsed" : message.lines().findFirst().orElse("");
  }

  /** Whether the current value is an array. */
  boolean isArray() {
    return parser.hasToken(JsonToken.START_ARRAY);
  }

  /** Whether the current value is null. */
  boolean isNull() {
    return parser.hasToken(JsonToken.VALUE_NULL);
  }

  /**
   * Reads the current value, an object, field by field.
   *
   * @param what it is, for errors
   * @param known the names it may have; empty: any
   */
  void object(String what, Collection<String> known, Field field) {
    require(JsonToken.START_OBJECT, what, "an object");
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String name = parser.currentName();
      if (!known.isEmpty() && !known.contains(name)) {
        String near = Spelling.nearest(name, known);
        throw new Problem(
            422,
            "%s has no field '%s'; %s"
                .formatted(
                    what,
                    shown(name),
                    near == null
                        ? "it has " + String.join(", ", known)
                        : "did you mean '" + near + "'?"));
      }
      parser.nextToken();
      field.read(name);
    }
  }

  /**
   * Reads the current value, an array.
   *
   * @param what it is, for errors
   */
  void array(String what, Runnable element) {
    require(JsonToken.START_ARRAY, what, "an array");
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      element.run();
    }
  }

  /** The current value, the id of a user, an item or an event. */
  String id(String what) {
    return string(what, longestId);
  }

  /** The current value, a string of 1 to so many bytes in UTF-8. */
  String string(String what, int longest) {
    require(JsonToken.VALUE_STRING, what, "a string");
    String text = parser.getString();
    int bytes = Utf8.length(text);
    if (bytes <= 0 || bytes > longest) {
      throw new Problem(
          422,
          bytes < 0
              ? what + " has half a surrogate pair, which is no character"
              : "%s has %d bytes; it needs 1 to %d".formatted(what, bytes, longest));
    }
    return text;
  }

  /** The current value, a string or a number, as text. */
  String text(String what, int longest) {
    JsonToken token = parser.currentToken();
    if (token != JsonToken.VALUE_STRING && (token == null || !token.isNumeric())) {
      throw wrong(what, "a string or a number");
    }
    String text = parser.getString();
    if (text.length() > longest) {
      throw new Problem(
          422, "%s has %d characters; it may have %d".formatted(what, text.length(), longest));
    }
    return text;
  }

  /** The current value, a whole number. */
  long integer(String what, long least, long most) {
    require(JsonToken.VALUE_NUMBER_INT, what, "a whole number");
    long value;
    try {
      value = parser.getLongValue();
    } catch (InputCoercionException e) {
      throw outside(what, least, most);
    }
    if (value < least || value > most) {
      throw outside(what, least, most);
    }
    return value;
  }

  private static Problem outside(String what, long least, long most) {
    return new Problem(422, "%s must be from %d to %d".formatted(what, least, most));
  }

  /** The current value, a time in seconds since the epoch. */
  long time(String what) {
    return integer(what + ", in seconds since 1970,", EARLIEST, LATEST);
  }

  /** The current value, true or false. */
  boolean truth(String what) {
    return switch (parser.currentToken()) {
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case null, default -> throw wrong(what, "true or false");
    };
  }

  private void require(JsonToken wanted, String what, String kind) {
    if (!parser.hasToken(wanted)) {
      throw wrong(what, kind);
    }
  }

  private Problem wrong(String what, String kind) {
    String is =
        switch (parser.currentToken()) {
          case START_OBJECT -> "an object";
          case START_ARRAY -> "an array";
          case VALUE_STRING -> "a string";
          case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number";
          case VALUE_TRUE, VALUE_FALSE -> "true or false";
          case VALUE_NULL -> "null";
          case null, default -> "nothing";
        };
    return new Problem(422, "%s must be %s, not %s".formatted(what, kind, is));
  }

  /** A name of the caller's, short enough to send back. */
  private static String shown(String name) {
    return name.length() <= 64 ? name : name.substring(0, 64) + "…";
  }

  @Override
  public void close() {
    parser.close();
  }
}
