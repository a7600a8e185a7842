package io.encodectr.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The service's own OpenAPI file, to hold answers against. Remembers what was held against it. */
final class ApiDescription {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final Set<String> METHODS = Set.of("get", "post", "put", "delete", "patch");

  private final SchemaRegistry registry =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
  private final JsonNode document;
  private final SortedSet<String> seen = new ConcurrentSkipListSet<>();

  ApiDescription() throws IOException {
    try (InputStream in = ApiDescription.class.getResourceAsStream("openapi.json")) {
      document = JSON.readTree(in);
    }
  }

  JsonNode document() {
    return document;
  }

  /** Methods by path. */
  SortedMap<String, SortedSet<String>> routes() {
    SortedMap<String, SortedSet<String>> routes = new TreeMap<>();
    for (Map.Entry<String, JsonNode> path : document.path("paths").properties()) {
      SortedSet<String> methods = new TreeSet<>();
      for (String name : path.getValue().propertyNames()) {
        if (METHODS.contains(name)) {
          methods.add(name.toUpperCase(Locale.ROOT));
        }
      }
      routes.put(path.getKey(), methods);
    }
    return routes;
  }

  /** What the file promises: "METHOD path status". */
  SortedSet<String> promised() {
    SortedSet<String> promised = new TreeSet<>();
    routes()
        .forEach((path, methods) -> {
          for (String method : methods) {
            for (String status : operation(path, method).path("responses").propertyNames()) {
              promised.add(method + " " + path + " " + status);
            }
          }
        });
    return promised;
  }

  /** What was checked so far, in the same form. */
  SortedSet<String> seen() {
    return seen;
  }

  private JsonNode operation(String path, String method) {
    return document.path("paths").path(path).path(method.toLowerCase(Locale.ROOT));
  }

  /** The template of a path, or null if the file has none for it. */
  String template(String path) {
    String plain = path.replaceFirst("\\?.*", "");
    if (document.path("paths").has(plain)) {
      return plain;
    }
    for (String template : document.path("paths").propertyNames()) {
      String pattern =
          Pattern.compile("\\{[^}]*}")
              .matcher(Pattern.quote(template))
              .replaceAll("\\\\E[^/]+\\\\Q");
      if (template.contains("{") && Pattern.matches(pattern, plain)) {
        return template;
      }
    }
    return null;
  }

  /** Fails unless the file describes this answer. */
  void check(String method, String path, HttpResponse<byte[]> response) {
    String template = template(path);
    String what = method + " " + path + " " + response.statusCode();
    JsonNode responses = operation(String.valueOf(template), method).path("responses");
    String type = response.headers().firstValue("Content-Type").orElse("").replaceFirst(";.*", "");
    if (responses.isMissingNode()) {
      // No such path or method: what is answered is still a problem.
      assertThat(response.statusCode()).as(what).isIn(401, 403, 404, 405, 413, 400);
      assertThat(type).as(what).isEqualTo(Problem.MEDIA_TYPE);
      assertFits(document.path("components").path("schemas").path("Problem"), what, response);
      return;
    }
    JsonNode promised = responses.path(Integer.toString(response.statusCode()));
    assertThat(promised.isMissingNode()).as("%s is not in openapi.json", what).isFalse();
    if (promised.has("$ref")) {
      promised = document.at(promised.path("$ref").asString().substring(1));
    }
    JsonNode content = promised.path("content").path(type);
    assertThat(content.isMissingNode()).as("%s has the type %s", what, type).isFalse();
    for (String header : promised.path("headers").propertyNames()) {
      assertThat(response.headers().firstValue(header))
          .as("%s, header %s", what, header)
          .isPresent();
    }
    if (type.endsWith("json")) {
      assertFits(content.path("schema"), what, response);
    }
    seen.add(method + " " + template + " " + response.statusCode());
  }

  private void assertFits(JsonNode described, String what, HttpResponse<byte[]> response) {
    ObjectNode schema = JSON.createObjectNode();
    schema.setAll((ObjectNode) described.deepCopy());
    schema.set("$defs", document.path("components").path("schemas"));
    String moved = schema.toString().replace("#/components/schemas/", "#/$defs/");
    Schema compiled = registry.getSchema(JSON.readTree(moved));
    JsonNode body = JSON.readTree(response.body());
    assertThat(compiled.validate(body)).as("%s: %s", what, body).isEmpty();
    if (body.has("status")) {
      assertThat(body.path("status").asInt()).as(what).isEqualTo(response.statusCode());
    }
  }
}
