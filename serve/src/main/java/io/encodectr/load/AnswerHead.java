package io.encodectr.load;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.json.JsonMapper;

/**
 * What stands before the scores in an answer.
 *
 * @param model fingerprint of the model that answered, or "" if it is not said
 * @param generation id of the generation, or ""
 * @param degraded why the answer is less than it could be; empty for a full one
 * @param coverage share of the candidates that were scored, or NaN if it is not said
 */
record AnswerHead(String model, String generation, List<String> degraded, double coverage) {
  /**
   * Reads the beginning of an answer's body; what is cut off, or no JSON at all, is left as not
   * said.
   */
  static AnswerHead of(byte[] body, int bytes) {
    String model = "";
    String generation = "";
    List<String> degraded = new ArrayList<>();
    double coverage = Double.NaN;
    try (JsonParser parser = JsonMapper.shared().createParser(body, 0, bytes)) {
      if (parser.nextToken() == JsonToken.START_OBJECT) {
        String name = parser.nextName();
        while (name != null && !name.equals("scores")) {
          JsonToken value = parser.nextToken();
          switch (name) {
            case "model" -> model = text(parser);
            case "generation" -> generation = text(parser);
            case "coverage" -> coverage = value.isNumeric() ? parser.getDoubleValue() : Double.NaN;
            case "degraded" -> {
              while (value == JsonToken.START_ARRAY && parser.nextToken() != JsonToken.END_ARRAY) {
                degraded.add(text(parser));
              }
            }
            default -> parser.skipChildren();
          }
          name = parser.nextName();
        }
      }
    } catch (JacksonException e) {
      // The body was kept in part only.
    }
    return new AnswerHead(model, generation, degraded, coverage);
  }

  private static String text(JsonParser parser) {
    return parser.currentToken() == JsonToken.VALUE_STRING ? parser.getString() : "";
  }

  /** The pair of artefacts that answered, in one word. */
  String pair() {
    String shortened = model.length() > 12 ? model.substring(0, 12) : model;
    return shortened + (generation.isEmpty() ? "" : "/" + generation);
  }
}
