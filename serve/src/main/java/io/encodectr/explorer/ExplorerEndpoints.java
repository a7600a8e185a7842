package io.encodectr.explorer;

import io.encodectr.file.InputException;
import io.encodectr.file.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.SerializationFeature;

/**
 * The explorer's questions by name, with their parameters as texts, answered in JSON: what {@code
 * GET /v1/explore/NAME?PARAMETERS} says. Thread-safe.
 */
public final class ExplorerEndpoints {
  private static final int LONGEST_TEXT = 256;
  private static final int LONGEST_LIST = 100;
  private static final ObjectWriter WRITER =
      Json.mapper().writer().without(SerializationFeature.INDENT_OUTPUT);

  private final Map<String, Endpoint> endpoints = new TreeMap<>();

  private record Endpoint(Set<String> parameters, Function<Parameters, Object> answer) {}

  private record Users(List<UserSearch.Found> users) {}

  private record Items(List<ItemCard> items) {}

  private record Suggestions(List<Explorer.Suggestion> suggestions) {}

  /** The questions that an explorer answers. */
  public ExplorerEndpoints(Explorer explorer) {
    add("overview", Set.of(), p -> explorer.overview());
    add("map", Set.of(), p -> explorer.map());
    add(
        "users",
        Set.of("search", "limit"),
        p -> new Users(explorer.users(p.text("search", ""), p.limit())));
    add(
        "items",
        Set.of("search", "limit"),
        p -> new Items(explorer.items(p.text("search", ""), p.limit())));
    add(
        "user",
        Set.of("user", "generation"),
        p -> explorer.user(p.text("user"), p.optional("generation")));
    add(
        "generations",
        Set.of("user", "from", "to"),
        p -> explorer.generations(p.text("user"), p.text("from"), p.text("to")));
    add(
        "attention",
        Set.of("user", "item", "generation", "click", "time"),
        p ->
            explorer.attention(
                p.text("user"),
                p.texts("item", 1, Explorer.CANDIDATES),
                p.optional("generation"),
                p.texts("click", 0, Explorer.CANDIDATES),
                p.time()));
    add(
        "suggestions",
        Set.of("user", "limit"),
        p -> new Suggestions(explorer.suggestions(p.text("user"), p.limit())));
  }

  private void add(String name, Set<String> parameters, Function<Parameters, Object> answer) {
    endpoints.put(name, new Endpoint(parameters, answer));
  }

  /** The names of all questions. */
  public SortedSet<String> names() {
    return new TreeSet<>(endpoints.keySet());
  }

  /**
   * An answer as JSON.
   *
   * @param name one of {@link #names}
   * @param parameters decoded values of each parameter
   * @throws InputException if a parameter is missing, not known or out of its range, or what it
   *     names is not there
   * @throws IllegalArgumentException for another name
   */
  public byte[] json(String name, Map<String, List<String>> parameters) {
    Endpoint endpoint = endpoints.get(name);
    if (endpoint == null) {
      throw new IllegalArgumentException("the explorer does not answer " + name);
    }
    for (String given : parameters.keySet()) {
      if (!endpoint.parameters().contains(given)) {
        throw new InputException(
            "%s takes no parameter '%s'; it takes %s"
                .formatted(
                    name,
                    given,
                    endpoint.parameters().isEmpty()
                        ? "none"
                        : String.join(", ", new TreeSet<>(endpoint.parameters()))));
      }
    }
    return WRITER.writeValueAsBytes(endpoint.answer().apply(new Parameters(parameters)));
  }

  /** Parameters of a question, checked when they are read. */
  private record Parameters(Map<String, List<String>> values) {
    List<String> texts(String name, int least, int most) {
      List<String> found = values.getOrDefault(name, List.of());
      if (found.size() < least || found.size() > most) {
        throw new InputException(
            "parameter %s is given %d times; %d to %d are needed"
                .formatted(name, found.size(), least, most));
      }
      for (String text : found) {
        int bytes = text.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > LONGEST_TEXT) {
          throw new InputException(
              "parameter %s has %d bytes; at most %d are taken"
                  .formatted(name, bytes, LONGEST_TEXT));
        }
      }
      return found;
    }

    String text(String name) {
      return texts(name, 1, 1).getFirst();
    }

    String text(String name, String absent) {
      List<String> found = texts(name, 0, 1);
      return found.isEmpty() ? absent : found.getFirst();
    }

    @Nullable String optional(String name) {
      List<String> found = texts(name, 0, 1);
      return found.isEmpty() ? null : found.getFirst();
    }

    int limit() {
      return (int) number("limit", text("limit", "20"), 1, LONGEST_LIST);
    }

    @Nullable Long time() {
      String text = optional("time");
      return text == null ? null : number("time", text, 0, Long.MAX_VALUE);
    }

    private static long number(String name, String text, long least, long most) {
      try {
        long number = Long.parseLong(text);
        if (number >= least && number <= most) {
          return number;
        }
      } catch (NumberFormatException e) {
        // Said below, like a number out of range.
      }
      throw new InputException(
          "parameter %s is '%s'; a whole number from %d to %d is needed"
              .formatted(name, text, least, most));
    }
  }
}
