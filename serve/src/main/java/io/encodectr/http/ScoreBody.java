package io.encodectr.http;

import io.encodectr.scoring.ScoreContext;
import io.encodectr.service.ScoreQuery;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The body of {@code POST /v1/score}. One a body. */
final class ScoreBody {
  private static final List<String> FIELDS =
      List.of("user", "items", "context", "time", "top_n", "explain");
  private static final int COLUMNS = 64;
  private static final int LONGEST_VALUE = 1024;

  private final BodyParser parser;
  private final Limits limits;
  private final Map<String, String> context = new LinkedHashMap<>();
  private @Nullable String user;
  private @Nullable List<String> items;
  private @Nullable Long time;
  private @Nullable Integer topN;
  private boolean explain;

  private ScoreBody(BodyParser parser, Limits limits) {
    this.parser = parser;
    this.limits = limits;
  }

  /**
   * Reads a body.
   *
   * @throws Problem 400 if it is not JSON, 422 if a field is wrong
   */
  static ScoreQuery read(byte[] bytes, int length, Limits limits) {
    return BodyParser.read(
        bytes, length, limits.id(), parser -> new ScoreBody(parser, limits).query());
  }

  private ScoreQuery query() {
    parser.object("the body", FIELDS, this::field);
    if (user == null || items == null) {
      throw new Problem(422, "the body lacks the field " + (user == null ? "user" : "items"));
    }
    if (explain
        && (topN == null ? items.size() : Math.min(topN, items.size())) > limits.explained()) {
      throw new Problem(
          422,
          "explain is for at most %d items; ask for fewer, or set top_n"
              .formatted(limits.explained()));
    }
    return new ScoreQuery(user, items, new ScoreContext(time, context), topN, explain);
  }

  private void field(String name) {
    boolean optional = !name.equals("user") && !name.equals("items");
    if (optional && parser.isNull()) {
      return;
    }
    switch (name) {
      case "user" -> user = parser.id("user");
      case "items" -> items = items();
      case "context" -> parser.object("context", List.of(), this::column);
      case "time" -> time = parser.time("time");
      case "top_n" -> topN = (int) parser.integer("top_n", 1, Integer.MAX_VALUE);
      default -> explain = parser.truth("explain");
    }
  }

  private List<String> items() {
    List<String> read = new ArrayList<>();
    parser.array(
        "items",
        () -> {
          if (read.size() == limits.candidates()) {
            throw new Problem(422, "items has more than %d ids".formatted(limits.candidates()));
          }
          read.add(parser.id("an id of items"));
        });
    return read;
  }

  private void column(String name) {
    if (parser.isNull()) {
      return;
    }
    if (context.size() == COLUMNS) {
      throw new Problem(422, "context has more than " + COLUMNS + " columns");
    }
    context.put(name, parser.text("context." + name, LONGEST_VALUE));
  }
}
