package io.encodectr.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Prints what a verb found out: as lines and tables for a person, or as one JSON object for a
 * script. A result is an ordered map from snake_case keys to numbers, strings, booleans, lists and
 * maps of these; a list of maps becomes a table.
 */
final class ResultPrinter {
  private static final String INDENT = "  ";

  private final PrintWriter out;
  private final boolean json;

  ResultPrinter(PrintWriter out, boolean json) {
    this.out = out;
    this.json = json;
  }

  /** Prints a verb's whole result; called once a run. */
  void print(Map<String, ?> result) {
    if (json) {
      out.println(JsonMapper.shared().writeValueAsString(finite(result)));
    } else {
      lines(result, "");
    }
    out.flush();
  }

  /** Prints a line meant for a person only, such as what to try next. */
  void remark(String line) {
    if (!json) {
      out.println(line);
      out.flush();
    }
  }

  /** JSON has no NaN and no infinity: they become null. */
  private static @Nullable Object finite(@Nullable Object value) {
    return switch (value) {
      case Double number when !Double.isFinite(number) -> null;
      case Float number when !Float.isFinite(number) -> null;
      case Map<?, ?> map -> {
        var copy = new LinkedHashMap<String, @Nullable Object>();
        map.forEach((key, inner) -> copy.put(String.valueOf(key), finite(inner)));
        yield copy;
      }
      case Iterable<?> list -> {
        var copy = new ArrayList<@Nullable Object>();
        list.forEach(inner -> copy.add(finite(inner)));
        yield copy;
      }
      case null, default -> value;
    };
  }

  private void lines(Map<?, ?> map, String indent) {
    int width = 0;
    for (var entry : map.entrySet()) {
      if (!isNested(entry.getValue())) {
        width = Math.max(width, String.valueOf(entry.getKey()).length());
      }
    }
    for (var entry : map.entrySet()) {
      String key = String.valueOf(entry.getKey());
      Object value = entry.getValue();
      if (value instanceof Map<?, ?> inner) {
        out.println(indent + key);
        lines(inner, indent + INDENT);
      } else if (isNested(value) && value instanceof List<?> rows) {
        out.println(indent + key);
        table(rows, indent + INDENT);
      } else {
        out.println(indent + padded(key, width, false) + INDENT + text(value));
      }
    }
  }

  private static boolean isNested(@Nullable Object value) {
    return value instanceof Map
        || (value instanceof List<?> list
            && !list.isEmpty()
            && list.stream().allMatch(Map.class::isInstance));
  }

  private void table(List<?> rows, String indent) {
    var columns = new LinkedHashSet<Object>();
    for (Object row : rows) {
      columns.addAll(((Map<?, ?>) row).keySet());
    }
    var lines = new ArrayList<StringBuilder>();
    for (int i = 0; i <= rows.size(); i++) {
      lines.add(new StringBuilder(indent));
    }
    for (Object column : columns) {
      List<String> cells = new ArrayList<>(List.of(String.valueOf(column)));
      boolean numeric = true;
      for (Object row : rows) {
        Map<?, ?> map = (Map<?, ?>) row;
        Object value = map.get(column);
        numeric &= value == null || value instanceof Number;
        cells.add(map.containsKey(column) ? text(value) : "");
      }
      int width = cells.stream().mapToInt(String::length).max().orElse(0);
      for (int i = 0; i < cells.size(); i++) {
        lines.get(i).append(padded(cells.get(i), width, numeric)).append(INDENT);
      }
    }
    lines.forEach(line -> out.println(line.toString().stripTrailing()));
  }

  private static String padded(String text, int width, boolean right) {
    String padding = " ".repeat(Math.max(0, width - text.length()));
    return right ? padding + text : text + padding;
  }

  private static String text(@Nullable Object value) {
    return switch (value) {
      case null -> "-";
      case Double number -> decimal(number);
      case Float number -> decimal(number.doubleValue());
      case Integer number -> String.format(Locale.ROOT, "%,d", number);
      case Long number -> String.format(Locale.ROOT, "%,d", number);
      case List<?> list -> String.join(", ", list.stream().map(ResultPrinter::text).toList());
      default -> String.valueOf(value);
    };
  }

  private static String decimal(double number) {
    if (!Double.isFinite(number)) {
      return "-";
    }
    double size = Math.abs(number);
    if (size >= 1000) {
      return String.format(Locale.ROOT, "%,.0f", number);
    }
    if (size >= 10) {
      return String.format(Locale.ROOT, "%.2f", number);
    }
    return size == 0 || size >= 1e-3
        ? String.format(Locale.ROOT, "%.4f", number)
        : String.format(Locale.ROOT, "%.3g", number);
  }
}
