package io.encodectr.http;

import io.encodectr.behavior.Event;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The body of {@code POST /v1/events}: an event, or an array of them. One an event. */
final class EventsBody {
  private static final List<String> FIELDS = List.of("event_id", "user", "item", "time", "type");

  private @Nullable String id;
  private @Nullable String user;
  private @Nullable String item;
  private long time = Event.NOW;
  private @Nullable String type;

  private EventsBody() {}

  /**
   * Reads a body.
   *
   * @throws Problem 400 if it is not JSON, 422 if a field is wrong or there are too many events
   */
  static List<Event> read(byte[] bytes, int length, Limits limits) {
    return BodyParser.read(bytes, length, limits.id(), parser -> events(parser, limits.events()));
  }

  private static List<Event> events(BodyParser parser, int most) {
    List<Event> events = new ArrayList<>();
    if (!parser.isArray()) {
      events.add(new EventsBody().event(parser));
      return events;
    }
    parser.array(
        "the body",
        () -> {
          if (events.size() == most) {
            throw new Problem(422, "the body has more than " + most + " events");
          }
          events.add(new EventsBody().event(parser));
        });
    return events;
  }

  private Event event(BodyParser parser) {
    parser.object("an event", FIELDS, name -> field(parser, name));
    if (user == null || item == null) {
      throw new Problem(422, "an event lacks the field " + (user == null ? "user" : "item"));
    }
    return new Event(id, user, item, time, type);
  }

  private void field(BodyParser parser, String name) {
    boolean optional = !name.equals("user") && !name.equals("item");
    if (optional && parser.isNull()) {
      return;
    }
    switch (name) {
      case "event_id" -> id = parser.id("event_id");
      case "user" -> user = parser.id("user");
      case "item" -> item = parser.id("item");
      case "time" -> time = parser.time("time");
      default -> type = parser.string("type", Event.MAX_TYPE);
    }
  }
}
