package io.encodectr.world;

import io.encodectr.world.Interest.Life;
import io.encodectr.world.RandomStream.Purpose;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One user: age band, country, readiness to click and 3 to 12 interests with Dirichlet weights. All
 * of it follows from the seed and the user's number. Immutable after construction.
 */
final class Shopper {
  private static final double CONCENTRATION = 2.5;
  private static final double OWN_BIAS = 0.2;
  private static final double OWN_OFFSET = 0.5;
  private static final long DAY = 86_400;

  private final int ageBand;
  private final int country;
  private final double bias;
  private final long joined;
  private final List<Interest> interests;

  /** The user of that number. */
  Shopper(World world, int user) {
    RandomStream random = new RandomStream(world.spec().seed(), Purpose.POPULATION, user + 1L);
    Population population = world.population();
    ageBand = population.ageBand(random);
    country = population.country(random);
    bias = population.bias(ageBand, country) + OWN_BIAS * random.gaussian();
    long span = world.samplesFrom() - world.start();
    joined = world.start() + (long) (0.25 * span * random.uniform());
    int history = world.activity().history(user);
    int count = Math.min(random.between(3, 12), Math.max(3, history / 15));
    double[] weights = random.dirichlet(count, CONCENTRATION);
    List<Interest> list = new ArrayList<>(count);
    for (int k = 0; k < count; k++) {
      list.add(interest(world, random, list, weights[k], life(world, random, kind(random, k))));
    }
    interests = List.copyOf(list);
  }

  /** The first is long ago, the second is not; the others as it comes. */
  private static Life.Kind kind(RandomStream random, int k) {
    double mark = random.uniform();
    if (k == 0) {
      return Life.Kind.LONG_AGO;
    }
    if (k == 1) {
      return mark < 0.5 ? Life.Kind.LASTING : Life.Kind.NEW;
    }
    if (mark < 0.5) {
      return Life.Kind.LONG_AGO;
    }
    return mark < 0.7 ? Life.Kind.RECURRING : mark < 0.9 ? Life.Kind.NEW : Life.Kind.LASTING;
  }

  private Life life(World world, RandomStream random, Life.Kind kind) {
    long end = world.end();
    double span = world.samplesFrom() - joined;
    return switch (kind) {
      case LASTING -> new Life(kind, joined, end, 0, 0);
      case NEW -> {
        double ago = random.uniform(0.05, 0.3);
        yield new Life(kind, world.samplesFrom() - (long) (ago * span), end, 0, 0);
      }
      case LONG_AGO -> {
        double last = random.uniform(0.2, 0.6);
        double first = Math.max(0, last - random.uniform(0.15, 0.45));
        yield new Life(kind, joined + (long) (first * span), joined + (long) (last * span), 0, 0);
      }
      case RECURRING -> {
        long period = (long) (random.uniform(0.25, 0.5) * span);
        long season = Math.max(DAY, (long) (random.uniform(0.25, 0.4) * period));
        long first = joined - (long) (random.uniform() * period);
        yield new Life(kind, first, end, Math.max(period, 2 * season), season);
      }
    };
  }

  private Interest interest(
      World world, RandomStream random, List<Interest> others, double weight, Life life) {
    Catalog catalog = world.catalog();
    int style = world.population().style(random, ageBand);
    for (int attempt = 0; attempt < 8 && has(others, style); attempt++) {
      style = world.population().style(random, ageBand);
    }
    int[] items = catalog.itemsOfStyle(style);
    int[] mix = new int[Math.min(random.between(3, 6), catalog.categories())];
    int size = 0;
    for (int attempt = 0; attempt < 32 && size < mix.length; attempt++) {
      int category =
          items.length > 0
              ? catalog.firstCategory(items[random.below(items.length)])
              : random.below(catalog.categories());
      if (!contains(mix, size, category)) {
        mix[size++] = category;
      }
    }
    mix = Arrays.copyOf(mix, size);
    double[] offset = random.direction(Catalog.DIMENSION);
    double[][] anchors = new double[size][];
    for (int c = 0; c < size; c++) {
      anchors[c] = catalog.anchor(mix[c], -1, style);
      for (int d = 0; d < Catalog.DIMENSION; d++) {
        anchors[c][d] += OWN_OFFSET * offset[d];
      }
    }
    return new Interest(style, mix, random.dirichlet(size, 4), anchors, weight, life);
  }

  private static boolean has(List<Interest> interests, int style) {
    for (Interest interest : interests) {
      if (interest.style() == style) {
        return true;
      }
    }
    return false;
  }

  private static boolean contains(int[] values, int size, int value) {
    for (int i = 0; i < size; i++) {
      if (values[i] == value) {
        return true;
      }
    }
    return false;
  }

  /** Identifier in the log, such as "u42". */
  static String id(int user) {
    return "u" + (user + 1);
  }

  String ageBand() {
    return Population.AGE_BANDS.get(ageBand);
  }

  String country() {
    return Population.COUNTRIES.get(country);
  }

  /** β_u of {@link ClickModel}. */
  double bias() {
    return bias;
  }

  /** When the user came to the shop. */
  long joined() {
    return joined;
  }

  List<Interest> interests() {
    return interests;
  }
}
