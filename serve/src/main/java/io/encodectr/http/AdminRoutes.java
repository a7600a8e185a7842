package io.encodectr.http;

import io.encodectr.generation.StoreLocation;
import io.encodectr.service.Activation;
import io.encodectr.service.ActivePair;
import io.encodectr.service.Admission;
import io.encodectr.service.ArtifactFolders;
import io.encodectr.service.Deadline;
import io.encodectr.service.PairDescription;
import io.encodectr.service.PairLocation;
import io.encodectr.service.ScoringPair;
import io.encodectr.service.UserBehaviors;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which pair is in service: seen, replaced, put back. On the admin listener only. */
final class AdminRoutes implements HttpService {
  private static final List<String> FIELDS = List.of("model", "store", "generation");
  private static final int LONGEST_PATH = 4096;

  private final ActivePair pairs;
  private final Activation activation;
  private final UserBehaviors behaviors;
  private final ArtifactFolders folders;
  private final Admission workers;
  private final BodyReader bodies;

  /**
   * @param workers platform threads, since loading computes for long
   */
  AdminRoutes(ServerParts parts, Admission workers, BodyReader bodies) {
    pairs = parts.service().pairs();
    activation = parts.activation();
    behaviors = parts.service().behaviors();
    folders = parts.folders();
    this.workers = workers;
    this.bodies = bodies;
  }

  @Override
  public void routing(HttpRules rules) {
    rules.get("/admin/pairs", (request, response) -> answer(response));
    rules.post("/admin/activate", this::activate);
    rules.post("/admin/rollback", (request, response) -> rollback(response));
    rules.post("/admin/events/checkpoint", this::checkpoint);
  }

  private void activate(ServerRequest request, ServerResponse response) throws Exception {
    Map<String, String> fields = fields(request, FIELDS);
    String model = fields.get("model");
    String store = fields.get("store");
    PairLocation now = model == null || store == null ? pairs.read(ScoringPair::location) : null;
    PairLocation location =
        new PairLocation(
            path("model", model, now == null ? null : now.model()),
            store(store, now == null ? null : now.store()),
            fields.get("generation"));
    workers.run(
        Deadline.NONE,
        () -> {
          activation.activate(location);
          return true;
        });
    answer(response);
  }

  private void checkpoint(ServerRequest request, ServerResponse response) throws Exception {
    String folder = fields(request, List.of("folder")).get("folder");
    if (folder == null) {
      throw new Problem(422, "the body lacks the field folder, the one to be made");
    }
    Path target = folders.toBeMade(path("folder", folder, null));
    long arrival = workers.run(Deadline.NONE, () -> behaviors.checkpoint(target));
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("folder", target.toString());
    body.put("arrival", arrival);
    Answers.json(response, JsonText.bytes(body));
  }

  private Map<String, String> fields(ServerRequest request, List<String> known) {
    try (BodyReader.Body body = bodies.read(request)) {
      return BodyParser.read(
          body.bytes(), body.length(), LONGEST_PATH, parser -> fields(parser, known));
    }
  }

  private static Map<String, String> fields(BodyParser parser, List<String> known) {
    Map<String, String> fields = new LinkedHashMap<>();
    parser.object(
        "the body",
        known,
        name -> {
          if (!parser.isNull()) {
            fields.put(name, parser.id(name));
          }
        });
    return fields;
  }

  private static StoreLocation store(@Nullable String asked, @Nullable StoreLocation used) {
    if (asked != null && StoreLocation.isAddress(asked)) {
      return StoreLocation.parse(asked);
    }
    return asked == null && used != null ? used : StoreLocation.of(path("store", asked, null));
  }

  /** The folder that was asked for, else the one in use. */
  private static Path path(String what, @Nullable String asked, @Nullable Path used) {
    if (asked == null && used != null) {
      return used;
    }
    try {
      return Path.of(asked == null ? "" : asked);
    } catch (InvalidPathException e) {
      throw new Problem(422, what + " is no path: " + e.getReason());
    }
  }

  private void rollback(ServerResponse response) throws Exception {
    workers.run(
        Deadline.NONE,
        () -> {
          activation.rollback();
          return true;
        });
    answer(response);
  }

  private void answer(ServerResponse response) {
    Map<String, @Nullable Object> body = new LinkedHashMap<>();
    body.put("active", pairs.isPresent() ? shown(pairs.read(PairDescription::of)) : null);
    Instant since = activation.activeSince();
    body.put("active_since", since == null ? null : since.getEpochSecond());
    PairDescription previous = pairs.previous();
    body.put("previous", previous == null ? null : shown(previous));
    body.put("loading", activation.isBusy());
    Activation.Failure refused = activation.lastRefused();
    body.put("last_refused", refused == null ? null : shown(refused));
    Answers.json(response, JsonText.bytes(body));
  }

  private static Map<String, @Nullable Object> shown(PairDescription pair) {
    Map<String, @Nullable Object> shown = shown(pair.location());
    shown.put("fingerprint", pair.fingerprint());
    shown.put("method", pair.spec().method());
    shown.put("as_of", pair.manifest().asOf());
    shown.put("users", pair.manifest().users());
    return shown;
  }

  private static Map<String, @Nullable Object> shown(Activation.Failure refused) {
    Map<String, @Nullable Object> shown = shown(refused.location());
    shown.put("at", refused.at().getEpochSecond());
    shown.put("reason", refused.reason());
    return shown;
  }

  private static Map<String, @Nullable Object> shown(PairLocation location) {
    Map<String, @Nullable Object> shown = new LinkedHashMap<>();
    shown.put("model", location.model().toString());
    shown.put("store", location.store().toString());
    shown.put("generation", location.generation());
    return shown;
  }
}
