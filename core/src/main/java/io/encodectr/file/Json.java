package io.encodectr.file;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.json.JsonMapper;

/**
 * JSON as all our files have it: snake_case names in the order in which the record declares them,
 * two spaces of indent, unknown and missing properties refused. Thread-safe.
 */
public final class Json {
  private static final long LARGEST = 64L << 20;
  private static final Pattern MISSING = Pattern.compile("Missing creator property '([^']*)'");
  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  private Json() {}

  /** The mapper behind {@link #read} and {@link #write}. */
  public static ObjectMapper mapper() {
    return MAPPER;
  }

  /**
   * Reads a file into a record.
   *
   * @throws InputException if the file is missing, is no JSON, or has other properties than the
   *     record
   */
  public static <T> T read(Path path, Class<T> type) throws IOException {
    return bind(path, readTree(path), type);
  }

  /**
   * Reads a file into a tree; numbers, texts and nesting are limited by the parser.
   *
   * @throws InputException if the file is missing, larger than 64 MiB, or no JSON
   */
  public static JsonNode readTree(Path path) throws IOException {
    try {
      if (Files.size(path) > LARGEST) {
        throw Damage.of(path, "it is larger than any JSON file of ours");
      }
      return MAPPER.readTree(Files.readAllBytes(path));
    } catch (NoSuchFileException e) {
      throw Damage.missing(path, e);
    } catch (JacksonException e) {
      throw invalid(path, e);
    }
  }

  /**
   * Reads bytes into a tree.
   *
   * @param place where they are from, for the error
   * @throws InputException if they are no JSON
   */
  public static JsonNode readTree(String place, byte[] json) {
    try {
      return MAPPER.readTree(json);
    } catch (JacksonException e) {
      throw invalid(place, e);
    }
  }

  /**
   * Makes a record of a tree.
   *
   * @param place where the tree is from, for the error
   * @throws InputException if the tree has other properties than the record, or values that the
   *     record refuses
   */
  public static <T> T bind(Object place, JsonNode tree, Class<T> type) {
    try {
      T value = MAPPER.treeToValue(tree, type);
      if (value == null) {
        throw Damage.of(place.toString(), "it holds null");
      }
      return value;
    } catch (JacksonException e) {
      throw invalid(place, e);
    }
  }

  /** Writes an object as a file that appears whole or not at all. */
  public static void write(Path path, Object value) throws IOException {
    String text = MAPPER.writeValueAsString(value) + "\n";
    AtomicFile.write(path, text.getBytes(StandardCharsets.UTF_8));
  }

  private static InputException invalid(Object place, JacksonException e) {
    for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
      if (cause instanceof InputException) {
        return new InputException(place + ": " + cause.getMessage(), e);
      }
    }
    String where =
        e.getLocation() == null || e.getLocation().getLineNr() < 1
            ? ""
            : " (line " + e.getLocation().getLineNr() + ")";
    return Damage.of(place.toString(), "it is not the JSON expected: " + reason(e) + where, e);
  }

  private static String reason(JacksonException e) {
    if (e instanceof UnrecognizedPropertyException unknown) {
      return "property \"" + unknown.getPropertyName() + "\" is not known";
    }
    String message = e.getOriginalMessage();
    Matcher missing = MISSING.matcher(message);
    return missing.lookingAt() ? "property \"" + missing.group(1) + "\" is missing" : message;
  }
}
