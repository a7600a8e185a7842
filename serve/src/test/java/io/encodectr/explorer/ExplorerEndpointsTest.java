package io.encodectr.explorer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.encodectr.file.InputException;
import io.encodectr.file.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class ExplorerEndpointsTest {
  @TempDir private static Path folder;
  private static LivePairs pairs;
  private static Explorer explorer;
  private static ExplorerEndpoints endpoints;
  private static ExplorerFixture fixture;

  @BeforeAll
  static void open() throws IOException {
    fixture = ExplorerFixture.in(folder);
    pairs = fixture.pairs();
    explorer = new Explorer(pairs, fixture.dataset());
    endpoints = new ExplorerEndpoints(explorer);
  }

  @AfterAll
  static void close() {
    explorer.close();
    pairs.close();
  }

  /** Answers a query such as {@code user=u1&item=i1&item=i2}. */
  private static JsonNode ask(String name, String query) {
    return Json.mapper().readTree(endpoints.json(name, parameters(query)));
  }

  private static Map<String, List<String>> parameters(String query) {
    Map<String, List<String>> parameters = new HashMap<>();
    for (String pair : query.isEmpty() ? new String[0] : query.split("&")) {
      String[] parts = pair.split("=", 2);
      parameters.merge(
          parts[0],
          List.of(parts[1]),
          (a, b) -> java.util.stream.Stream.concat(a.stream(), b.stream()).toList());
    }
    return parameters;
  }

  @Test
  void answersAreInSnakeCase() {
    assertThat(endpoints.names())
        .isEqualTo(
            new TreeSet<>(
                List.of(
                    "attention",
                    "generations",
                    "items",
                    "map",
                    "overview",
                    "suggestions",
                    "user",
                    "users")));
    assertThat(ask("overview", "").get("whole_histories").asBoolean()).isTrue();
    JsonNode user = ask("user", "user=u1");
    assertThat(user.get("as_of").asLong()).isPositive();
    assertThat(user.get("timeline").get("times").size()).isEqualTo(60);
    JsonNode attention = ask("attention", "user=u1&item=i1&item=i2&click=i3&time=1700000000");
    assertThat(attention.get("candidates").size()).isEqualTo(2);
    assertThat(attention.get("time").asLong()).isEqualTo(1700000000);
    assertThat(attention.get("tried").get(0).asString()).isEqualTo("i3");
    assertThat(ask("users", "search=u1&limit=2").get("users").size()).isEqualTo(2);
    assertThat(ask("items", "search=i1").get("items").get(0).get("item").asString())
        .isEqualTo("i1");
    assertThat(ask("suggestions", "user=u1&limit=3").get("suggestions").size()).isEqualTo(3);
    assertThat(ask("map", "").get("present").asBoolean()).isTrue();
    String generations = "user=u1&from=" + fixture.older() + "&to=" + fixture.current();
    assertThat(ask("generations", generations).get("origins").size()).isEqualTo(30);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "user||parameter user is given 0 times; 1 to 1 are needed",
        "user|user=a&user=b|parameter user is given 2 times",
        "user|user=a&colour=red|user takes no parameter 'colour'; it takes generation, user",
        "map|x=1|map takes no parameter 'x'; it takes none",
        "users|limit=0|parameter limit is '0'; a whole number from 1 to 100 is needed",
        "users|limit=many|parameter limit is 'many'",
        "attention|user=a|parameter item is given 0 times; 1 to 8 are needed",
        "attention|user=a&item=i&time=-1|parameter time is '-1'",
        "user|user=u1&generation=nope|nope is not a generation",
      })
  void wrongParametersAreNamed(String name, String query, String message) {
    assertThatThrownBy(() -> ask(name, query == null ? "" : query))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(message);
  }

  @Test
  void longTextsAndManyItemsAreRefused() {
    assertThatThrownBy(() -> ask("user", "user=" + "\u00e9".repeat(129)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("258 bytes; at most 256");
    assertThat(ask("user", "user=" + "\u00e9".repeat(128)).get("known").asBoolean()).isFalse();
    assertThatThrownBy(() -> ask("attention", "user=u1" + "&item=i1".repeat(9)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("given 9 times; 1 to 8");
  }
}
