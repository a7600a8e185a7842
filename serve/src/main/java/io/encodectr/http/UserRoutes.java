package io.encodectr.http;

import io.encodectr.behavior.Event;
import io.encodectr.behavior.Outcome;
import io.encodectr.service.Admission;
import io.encodectr.service.Deadline;
import io.encodectr.service.ScoringService;
import io.encodectr.service.ServiceTime;
import io.encodectr.service.UserProfile;
import io.helidon.common.uri.UriEncoding;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What users do, what is known of them, and forgetting it. A user stands in the path, or in the
 * query for ids that a path cannot carry, such as {@code ..}.
 */
final class UserRoutes implements HttpService {
  private static final String USERS = "/v1/users/";

  private final ScoringService service;
  private final Admission writers;
  private final Admission forgetters;
  private final BodyReader bodies;
  private final Limits limits;
  private final ServiceTime writing = new ServiceTime();
  private final ServiceTime looking = new ServiceTime();

  /**
   * @param writers threads that wait for the disk, so that those that score never do
   * @param forgetters threads that wait for the disk and for whoever publishes into a store
   */
  UserRoutes(
      ScoringService service,
      Admission writers,
      Admission forgetters,
      BodyReader bodies,
      Limits limits) {
    this.service = service;
    this.writers = writers;
    this.forgetters = forgetters;
    this.bodies = bodies;
    this.limits = limits;
  }

  @Override
  public void routing(HttpRules rules) {
    rules.post("/v1/events", this::append);
    rules.get("/v1/users/{id}", (request, response) -> show(inPath(request), response));
    rules.get("/v1/users", (request, response) -> show(inQuery(request), response));
    rules.delete("/v1/users/{id}", (request, response) -> forget(inPath(request), response));
    rules.delete("/v1/users", (request, response) -> forget(inQuery(request), response));
  }

  private void append(ServerRequest request, ServerResponse response) throws Exception {
    List<Outcome> outcomes;
    try (BodyReader.Body body = bodies.read(request)) {
      List<Event> events = EventsBody.read(body.bytes(), body.length(), limits);
      outcomes = writers.run(writing, Deadline.NONE, () -> service.behaviors().append(events));
    }
    List<String> labels =
        outcomes.stream().map(outcome -> outcome.name().toLowerCase(Locale.ROOT)).toList();
    Answers.json(response, JsonText.bytes(Map.of("outcomes", labels)));
  }

  private void show(String user, ServerResponse response) throws Exception {
    byte[] json =
        service
            .admission()
            .run(looking, Deadline.NONE, () -> JsonText.bytes(shown(service.profile(user))));
    Answers.json(response, json);
  }

  private static Map<String, Object> shown(UserProfile user) {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("model", user.model());
    shown.put("generation", user.generation());
    shown.put("id", user.id());
    shown.put("known", user.known());
    shown.put("as_of", user.asOf());
    shown.put("behaviors", user.behaviors());
    shown.put("represented", user.represented());
    shown.put("features", user.features());
    shown.put("interests", user.interests());
    shown.put("recent", user.recent());
    shown.put("events_since", user.events().size());
    shown.put("events", user.events());
    return shown;
  }

  private void forget(String user, ServerResponse response) throws Exception {
    boolean erased = forgetters.run(Deadline.NONE, () -> service.behaviors().forget(user));
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("id", user);
    body.put("forgotten", true);
    body.put("erased", erased);
    response.status(erased ? Status.OK_200 : Status.ACCEPTED_202);
    Answers.json(response, JsonText.bytes(body));
  }

  /**
   * The user in the path as it was sent. The server takes parameters and dots out of a path before
   * it finds the route; what is left may name another user than the caller meant.
   */
  private String inPath(ServerRequest request) {
    String id = request.path().pathParameters().get("id");
    String sent = request.prologue().uriPath().rawPath();
    String last = sent.startsWith(USERS) ? sent.substring(USERS.length()) : "/";
    if (last.indexOf('/') >= 0
        || last.indexOf(';') >= 0
        || !UriEncoding.decodeUri(last).equals(id)) {
      throw new Problem(
          400, "the path does not say clearly which user is meant; use /v1/users?id=USER");
    }
    return checked(id);
  }

  private String inQuery(ServerRequest request) {
    return checked(
        request
            .query()
            .first("id")
            .orElseThrow(() -> new Problem(422, "name the user: /v1/users?id=USER")));
  }

  private String checked(String id) {
    int bytes = Utf8.length(id);
    if (bytes < 1 || bytes > limits.id()) {
      throw new Problem(
          422, "the user's id has %d bytes; ids have 1 to %d".formatted(bytes, limits.id()));
    }
    return id;
  }
}
