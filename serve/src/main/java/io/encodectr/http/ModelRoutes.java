package io.encodectr.http;

import io.encodectr.dataset.Column;
import io.encodectr.model.ModelSpec;
import io.encodectr.service.ActivePair;
import io.encodectr.service.PairDescription;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** What the service scores with. */
final class ModelRoutes implements HttpService {
  private final ActivePair pairs;

  ModelRoutes(ActivePair pairs) {
    this.pairs = pairs;
  }

  @Override
  public void routing(HttpRules rules) {
    rules.get(
        "/v1/model",
        (request, response) ->
            Answers.json(response, JsonText.bytes(body(pairs.read(PairDescription::of)))));
  }

  private static Map<String, Object> body(PairDescription pair) {
    ModelSpec spec = pair.spec();
    Map<String, Object> model = new LinkedHashMap<>();
    model.put("fingerprint", pair.fingerprint());
    model.put("method", spec.method());
    model.put("items", pair.items());
    model.put("dimension", spec.dimension());
    model.put("clusters", spec.clusters());
    model.put("recent_length", spec.recentLength());
    model.put("context", spec.schema().context().stream().map(ModelRoutes::column).toList());
    model.put("dataset_fingerprint", spec.datasetFingerprint());
    model.put("code_version", spec.codeVersion());
    Map<String, Object> generation = new LinkedHashMap<>();
    generation.put("id", pair.location().generation());
    generation.put("as_of", pair.manifest().asOf());
    generation.put("users", pair.manifest().users());
    generation.put("users_without_history", pair.manifest().usersWithoutHistory());
    generation.put("interests", pair.manifest().interests());
    generation.put("dataset_fingerprint", pair.manifest().datasetFingerprint());
    return Map.of("model", model, "generation", generation);
  }

  /** A context column; one that is derived from the time cannot be given. */
  private static Map<String, Object> column(Column column) {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("name", column.name());
    shown.put("kind", column.kind().name().toLowerCase(Locale.ROOT));
    shown.put("given", column.derived() == null);
    return shown;
  }
}
