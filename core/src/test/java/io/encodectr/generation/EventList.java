package io.encodectr.generation;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** Events in memory as the input of an extraction. */
public final class EventList implements EventInput {
  /** An event; its place in the list is its arrival number minus one. */
  public record Entry(String user, String item, long time, long received) {}

  private final List<Entry> entries = new ArrayList<>();
  private int opened;
  private long from = EventSource.NOTHING;

  /** Appends an event. */
  public EventList add(String user, String item, long time, long received) {
    entries.add(new Entry(user, item, time, received));
    return this;
  }

  /** Says that events before a time may be gone. */
  public EventList from(long time) {
    from = time;
    return this;
  }

  /** How often the events were opened. */
  public int opened() {
    return opened;
  }

  @Override
  public String identity() {
    return "list";
  }

  @Override
  public EventSource open(Path scratch) throws IOException {
    opened++;
    Files.createDirectory(scratch); // Must be a place where nothing is.
    List<Entry> copy = List.copyOf(entries);
    return new EventSource() {
      @Override
      public String log() {
        return "list";
      }

      @Override
      public long from() {
        return from;
      }

      @Override
      public long through() {
        return copy.size();
      }

      @Override
      public void read(Reader reader) throws IOException {
        Comparator<Entry> byUser = (a, b) -> Arrays.compareUnsigned(utf8(a.user), utf8(b.user));
        for (Entry each : copy.stream().sorted(byUser.thenComparing(Entry::time)).toList()) {
          reader.event(each.user, each.item, each.time, each.received);
        }
      }

      @Override
      public void close() {}
    };
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
