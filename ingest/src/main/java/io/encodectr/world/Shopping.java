package io.encodectr.world;

import io.encodectr.world.RandomStream.Purpose;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * What one user does from joining to the end: sessions of clicks before the sample period, sessions
 * of page views in it. Every session turns to one or two of the interests that are active at the
 * time. Used once, by one thread.
 */
final class Shopping {
  /** Where the candidates of a page view come from, as running sums: the rest is random. */
  private static final double POPULAR = 0.15;

  private static final double CURRENT = POPULAR + 0.25;
  private static final double OLD = CURRENT + 0.3;

  /** Behaviors of the history that follow no interest: something popular, something random. */
  private static final double HISTORY_POPULAR = 0.02;

  private static final double HISTORY_RANDOM = HISTORY_POPULAR + 0.01;

  private static final double SESSION_CLICKS = 8;
  private static final double SESSION_PAGE_VIEWS = 2;
  private static final double SECOND_FOCUS = 0.4;
  private static final int NEW_ITEM_ATTEMPTS = 3;
  private static final long DAY = 86_400;

  /** Pause between two sessions, at the least. */
  static final long SESSION_GAP = 1_800;

  private final World world;
  private final int user;
  private final Shopper shopper;
  private final RandomStream random;
  private final Catalog catalog;
  private final List<Interest> interests;
  private final Shelf[] shelves;
  private final double[] sums;
  private final BitSet clicked;
  private final int[] candidates = new int[WorldSpec.MAX_CANDIDATES];
  private int focus;
  private int secondFocus;

  Shopping(World world, int user) {
    this.world = world;
    this.user = user;
    this.shopper = new Shopper(world, user);
    this.random = new RandomStream(world.spec().seed(), Purpose.SHOPPER, user);
    this.catalog = world.catalog();
    this.interests = shopper.interests();
    this.shelves = new Shelf[interests.size()];
    for (int k = 0; k < shelves.length; k++) {
      shelves[k] = new Shelf(catalog, interests.get(k), random);
    }
    this.sums = new double[interests.size()];
    this.clicked = new BitSet(catalog.items());
  }

  Shopper shopper() {
    return shopper;
  }

  /** Does it all, with clicks drawn by the model. */
  void go(ClickModel model, Journal journal) {
    history(journal);
    pageViews(model, journal);
  }

  private void history(Journal journal) {
    int history = world.activity().history(user);
    int[] sizes = new int[history];
    int sessions = 0;
    for (int left = history; left > 0; left -= sizes[sessions++]) {
      sizes[sessions] = Math.min(left, random.geometric(SESSION_CLICKS));
    }
    long[][] times =
        times(Arrays.copyOf(sizes, sessions), shopper.joined(), world.samplesFrom(), 15, 240);
    for (long[] session : times) {
      turn(session[0]);
      for (long time : session) {
        int item = historyItem();
        clicked.set(item);
        journal.behavior(item, time);
      }
    }
  }

  private int historyItem() {
    double mark = random.uniform();
    if (mark < HISTORY_POPULAR) {
      return catalog.popularItem(random);
    }
    if (mark < HISTORY_RANDOM) {
      return random.below(catalog.items());
    }
    return newItem(random.chance(0.5) ? focus : secondFocus);
  }

  /** Something of the interest that the user has not clicked yet, if it is found soon. */
  private int newItem(int interest) {
    Shelf shelf = shelves[interest];
    if (shelf.isEmpty()) {
      return random.below(catalog.items());
    }
    int item = shelf.draw(random);
    for (int attempt = 0; attempt < NEW_ITEM_ATTEMPTS && clicked.get(item); attempt++) {
      item = shelf.draw(random);
    }
    return item;
  }

  private void pageViews(ClickModel model, Journal journal) {
    int pageViews = world.activity().pageViews(user);
    long pageView = world.activity().firstPageView(user);
    int[] sizes = new int[pageViews];
    int sessions = 0;
    for (int left = pageViews; left > 0; left -= sizes[sessions++]) {
      sizes[sessions] = Math.min(left, random.geometric(SESSION_PAGE_VIEWS));
    }
    long[][] times =
        times(Arrays.copyOf(sizes, sessions), world.samplesFrom(), world.end(), 40, 400);
    for (long[] session : times) {
      turn(session[0]);
      for (long time : session) {
        show(model, journal, time, pageView++);
      }
    }
  }

  private void show(ClickModel model, Journal journal, long time, long pageView) {
    int count = Activity.candidates(world.spec().seed(), pageView);
    for (int slot = 0; slot < count; slot++) {
      int item = candidate(time);
      while (contains(candidates, slot, item)) {
        item = random.below(catalog.items());
      }
      candidates[slot] = item;
    }
    for (int slot = 0; slot < count; slot++) {
      int item = candidates[slot];
      double relevance = ClickModel.relevance(catalog, interests, item);
      double probability =
          model.probability(relevance, catalog.popularityScore(item), shopper.bias());
      int millionths = Math.clamp(Math.round(probability * 1e6), 1, 999_999);
      boolean click = random.uniform() * 1e6 < millionths;
      if (click) {
        clicked.set(item);
      }
      journal.exposure(item, time, pageView, millionths, click);
    }
  }

  private int candidate(long time) {
    double mark = random.uniform();
    if (mark < POPULAR) {
      return catalog.popularItem(random);
    }
    if (mark < CURRENT) {
      return newItem(random.chance(0.5) ? focus : secondFocus);
    }
    if (mark < OLD) {
      int old = asleep(time);
      if (old >= 0) {
        return newItem(old);
      }
    }
    return random.below(catalog.items());
  }

  private static boolean contains(int[] values, int count, int value) {
    for (int i = 0; i < count; i++) {
      if (values[i] == value) {
        return true;
      }
    }
    return false;
  }

  /** Chooses what the session is about. */
  private void turn(long time) {
    focus = awake(time);
    secondFocus = random.chance(SECOND_FOCUS) ? awake(time) : focus;
  }

  /** An active interest, by weight; where none is, the one whose time is nearest. */
  private int awake(long time) {
    double sum = 0;
    int nearest = 0;
    long least = Long.MAX_VALUE;
    for (int k = 0; k < sums.length; k++) {
      long distance = interests.get(k).life().distance(time);
      if (distance < least) {
        least = distance;
        nearest = k;
      }
      sum += distance == 0 ? interests.get(k).weight() : 0;
      sums[k] = sum;
    }
    return sum == 0 ? nearest : random.pick(sums, sums.length);
  }

  /** An interest that is not active, by the root of its weight; -1 where all are. */
  private int asleep(long time) {
    double sum = 0;
    for (int k = 0; k < sums.length; k++) {
      Interest interest = interests.get(k);
      sum += interest.life().active(time) ? 0 : StrictMath.sqrt(interest.weight());
      sums[k] = sum;
    }
    return sum == 0 ? -1 : random.pick(sums, sums.length);
  }

  /**
   * Times of the events of sessions of the given sizes, ascending, from ≤ time < to. Sessions keep
   * apart by at least {@link #SESSION_GAP}, unless there are more than the period has room for.
   */
  private long[][] times(int[] sizes, long from, long to, int least, int most) {
    long[] starts = new long[sizes.length];
    for (int s = 0; s < starts.length; s++) {
      long day = (from + (long) (random.uniform() * (to - from))) / DAY * DAY;
      double hour = 4 + 19.5 * StrictMath.sqrt(random.uniform());
      starts[s] = Math.clamp(day + (long) (3_600 * hour), from, to - 1);
    }
    Arrays.sort(starts);
    long[][] times = new long[sizes.length][];
    long free = from;
    for (int s = 0; s < starts.length; s++) {
      long time = Math.max(starts[s], free);
      times[s] = new long[sizes[s]];
      for (int i = 0; i < sizes[s]; i++) {
        times[s][i] = time;
        time += random.between(least, most);
      }
      free = times[s][sizes[s] - 1] + SESSION_GAP + random.below(60);
    }
    fit(times, from, to);
    return times;
  }

  /** Squeezes times that ran over the end of the period back into it, in order. */
  private static void fit(long[][] times, long from, long to) {
    if (times.length == 0) {
      return;
    }
    long[] lastSession = times[times.length - 1];
    long last = lastSession[lastSession.length - 1];
    if (last < to) {
      return;
    }
    double factor = (to - 1 - from) / (double) (last - from);
    for (long[] session : times) {
      for (int i = 0; i < session.length; i++) {
        session[i] = from + (long) ((session[i] - from) * factor);
      }
    }
  }
}
