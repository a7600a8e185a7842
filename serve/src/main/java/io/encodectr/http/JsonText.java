package io.encodectr.http;

import io.encodectr.file.Json;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** How JSON is read and written here. Thread-safe. */
final class JsonText {
  private static final int NESTING = 8;
  private static final int NAME = 256;
  private static final int NUMBER = 40;
  private static final int STRING = 64 << 10;

  /** Reads bodies: nesting and lengths are limited while reading, duplicate names refused. */
  static final JsonFactory READER =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(NESTING)
                  .maxNameLength(NAME)
                  .maxNumberLength(NUMBER)
                  .maxStringLength(STRING)
                  .build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .build();

  private static final ObjectMapper WRITER =
      ((JsonMapper) Json.mapper()).rebuild().disable(SerializationFeature.INDENT_OUTPUT).build();

  private JsonText() {}

  /** A value as JSON in UTF-8, records with snake_case names. */
  static byte[] bytes(Object value) {
    return WRITER.writeValueAsBytes(value);
  }
}
