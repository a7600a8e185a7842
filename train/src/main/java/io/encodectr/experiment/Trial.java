package io.encodectr.experiment;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One attempt at hyper-parameters.
 *
 * @param options training options by their snake_case names
 */
record Trial(Map<String, Object> options) {
  private static final Map<String, String> SHORT = Map.of("learning_rate", "lr", "beta", "β");

  Trial {
    options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
  }

  /** For readers: {@code lr 0.003, β 5}. */
  String name() {
    StringBuilder name = new StringBuilder();
    options.forEach((key, value) ->
        name.append(name.isEmpty() ? "" : ", ")
            .append(SHORT.getOrDefault(key, key.replace('_', ' ')))
            .append(' ')
            .append(readable(value)));
    return name.isEmpty() ? "defaults" : name.toString();
  }

  /** For folders: {@code learning_rate-0.003-beta-5}. */
  String folder() {
    StringBuilder name = new StringBuilder();
    options.forEach((key, value) ->
        name.append(name.isEmpty() ? "" : "-").append(key).append('-').append(text(value)));
    String plain = name.toString().replaceAll("[^A-Za-z0-9._-]", "_");
    return plain.isEmpty() ? "defaults" : plain;
  }

  /** {@code 1e-5}, not {@code 1.0E-5}. */
  private static String readable(Object value) {
    String text = text(value);
    return value instanceof Number ? text.replace(".0E", "e").replace('E', 'e') : text;
  }

  private static String text(Object value) {
    return value instanceof Number number && !(value instanceof Integer)
        ? PaperPlan.number(number.doubleValue())
        : String.valueOf(value);
  }
}
