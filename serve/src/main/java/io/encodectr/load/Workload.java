package io.encodectr.load;

import io.encodectr.file.InputException;
import java.io.ByteArrayOutputStream;
import java.util.SplittableRandom;

/**
 * What is asked of the service: scores of candidates for a user and, if wished, events. Lists of
 * candidates are written as JSON ahead, so that a request costs little when it is due. Fixed by its
 * options; only the ids and times of events differ from run to run, so that a repeated run is not
 * taken for a repeated event.
 */
public final class Workload {
  /** The most candidates of a request; the service's own limit may be lower. */
  public static final int MOST_CANDIDATES = 100_000;

  private static final int MOST_LISTS = 256;
  private static final int LEAST_LISTS = 16;

  /** The work of drawing all lists, in items looked at. */
  private static final long DRAWING = 50_000_000;

  /** The size of all lists together, in bytes. */
  private static final long LARGEST = 64 << 20;

  private static final byte[] USER = RequestBuffer.ascii("{\"user\":");
  private static final byte[] EVENT_USER = RequestBuffer.ascii("\",\"user\":");
  private static final byte[] ITEM = RequestBuffer.ascii(",\"item\":");
  private static final byte[] TIME = RequestBuffer.ascii(",\"time\":");
  private static final byte[] EVENT_END = RequestBuffer.ascii(",\"type\":\"load\"}");

  /**
   * What to draw.
   *
   * @param candidates items of a score request, 1..{@value Workload#MOST_CANDIDATES}
   * @param top how many of the best are asked for, or 0 for all of them in the order asked
   * @param eventsShare share of requests that tell of an event, 0..1
   * @param seed of all draws
   */
  public record Options(int candidates, int top, double eventsShare, long seed) {
    /**
     * Checks the ranges.
     *
     * @throws InputException if one is left
     */
    public Options {
      if (candidates < 1 || candidates > MOST_CANDIDATES) {
        throw new InputException(
            "--candidates %d: give a number from 1 to %d".formatted(candidates, MOST_CANDIDATES));
      }
      if (top < 0) {
        throw new InputException("--top " + top + ": give a number from 1, or leave it out");
      }
      if (!(eventsShare >= 0 && eventsShare <= 1)) {
        throw new InputException("--events-share " + eventsShare + ": give a number from 0 to 1");
      }
    }
  }

  private final Population population;
  private final Options options;
  private final byte[] eventStart;
  private final byte[][] lists;
  private final SplittableRandom random;
  private long calls;

  private Workload(Population population, Options options, byte[][] lists) {
    this.population = population;
    this.options = options;
    this.lists = lists;
    random = new SplittableRandom(options.seed());
    String run = Long.toString(System.currentTimeMillis(), Character.MAX_RADIX);
    eventStart = RequestBuffer.ascii("{\"event_id\":\"load-" + run + "-");
  }

  /** Prepares the lists of candidates. */
  public static Workload prepare(Population population, Options options) {
    SplittableRandom random = new SplittableRandom(~options.seed());
    int items = population.items().size();
    long affordable = DRAWING / Math.max(items, options.candidates());
    int count = Math.clamp(affordable, LEAST_LISTS, MOST_LISTS);
    byte[] first = list(population.items(), options, random);
    count = Math.clamp(LARGEST / first.length, 1, count);
    byte[][] lists = new byte[count][];
    lists[0] = first;
    for (int i = 1; i < count; i++) {
      lists[i] = list(population.items(), options, random);
    }
    return new Workload(population, options, lists);
  }

  /** The end of a request's body, from the items on. */
  private static byte[] list(WeightedIds items, Options options, SplittableRandom random) {
    var out = new ByteArrayOutputStream();
    out.writeBytes(RequestBuffer.ascii(",\"items\":["));
    for (int done = 0; done < options.candidates(); done += items.size()) {
      int count = Math.min(items.size(), options.candidates() - done);
      int[] drawn = items.drawDistinct(count, random);
      for (int i = 0; i < count; i++) {
        if (done + i > 0) {
          out.write(',');
        }
        out.writeBytes(items.json(drawn[i]));
      }
    }
    out.writeBytes(
        RequestBuffer.ascii(options.top() == 0 ? "]}" : "],\"top_n\":" + options.top() + "}"));
    return out.toByteArray();
  }

  /** Who asks, and for what. */
  Population population() {
    return population;
  }

  /** What is drawn. */
  Options options() {
    return options;
  }

  /** Number of different lists of candidates, which take turns at random. */
  int lists() {
    return lists.length;
  }

  /** Mean size of a score request's body without the user, bytes. */
  long listBytes() {
    long sum = 0;
    for (byte[] list : lists) {
      sum += list.length;
    }
    return sum / lists.length;
  }

  /** How many scores an answer has. */
  int answeredItems() {
    return options.top() == 0
        ? options.candidates()
        : Math.min(options.top(), options.candidates());
  }

  /** The next call; by one thread only. */
  Call next() {
    boolean event = options.eventsShare() > 0 && random.nextDouble() < options.eventsShare();
    int user = population.users().draw(random);
    int subject = event ? population.items().draw(random) : random.nextInt(lists.length);
    return new Call(event, user, subject, calls++);
  }

  /** A call that asks for scores; by the thread of {@link #next} only. */
  Call nextScore() {
    return new Call(false, population.users().draw(random), random.nextInt(lists.length), calls++);
  }

  /** Puts a call's whole request into a buffer, replacing what is there. Thread-safe. */
  void write(Call call, Endpoint endpoint, RequestBuffer out) {
    byte[] user = population.users().json(call.user());
    out.clear();
    if (!call.event()) {
      byte[] list = lists[call.subject()];
      out.add(endpoint.scoreHead()).add((long) USER.length + user.length + list.length);
      out.add(Endpoint.HEAD_END).add(USER).add(user).add(list);
      return;
    }
    byte[] number = RequestBuffer.ascii(Long.toString(call.number()));
    byte[] item = population.items().json(call.subject());
    byte[] time = RequestBuffer.ascii(Long.toString(System.currentTimeMillis() / 1000));
    long size =
        (long) eventStart.length
            + number.length
            + EVENT_USER.length
            + user.length
            + ITEM.length
            + item.length
            + TIME.length
            + time.length
            + EVENT_END.length;
    out.add(endpoint.eventsHead()).add(size).add(Endpoint.HEAD_END);
    out.add(eventStart).add(number).add(EVENT_USER).add(user);
    out.add(ITEM).add(item).add(TIME).add(time).add(EVENT_END);
  }
}
