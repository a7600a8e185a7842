package io.encodectr.world;

import io.encodectr.world.RandomStream.Purpose;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The items of the shop.
 *
 * <p>The latent place of an item i of style s and of categories C (one or two of them) is {@code
 * z_i = A·mean_C(centre_c) + B·style_s + ν·ε} in R^{@value #DIMENSION}. The centre of a category is
 * the unit vector along (department + own direction), so that categories of a department lie
 * together. Styles are unit vectors that cut across the categories: with B > A an item lies nearer
 * to its style than to its category. The popularity of the item of rank r is {@code (r + 5)^-0.8}
 * (Zipf).
 *
 * <p>Immutable after construction; thread-safe.
 */
final class Catalog {
  /** Dimension of the latent space. */
  static final int DIMENSION = 16;

  /** A², B² and 16·ν²: squared lengths of the three parts of a latent place. */
  static final double CATEGORY_PART = 3;

  static final double STYLE_PART = 12;
  static final double NOISE_PART = 0.7;

  private static final double ZIPF = 0.8;
  private static final double ZIPF_SHIFT = 5;
  private static final double VISIBILITY_POWER = 0.6;
  private static final int SPREAD_ATTEMPTS = 50;
  private static final int BRANDS_PER_STYLE = 2;
  private static final double BRAND_TRUE_TO_STYLE = 0.85;
  private static final double SECOND_CATEGORY = 0.3;
  private static final double SAME_DEPARTMENT = 0.5;

  private final int items;
  private final int styles;
  private final int[] categoryDepartment;
  private final int[] style;
  private final int[] brand;
  private final int[] firstCategory;
  private final int[] secondCategory;
  private final float[] places;
  private final float[] popularity;
  private final float[] visibility;
  private final float[] popularityScore;
  private final double[] popularitySums;
  private final String[] names;
  private final int[] priceCents;
  private final double[][] centres;
  private final double[][] styleDirections;
  private final int[][] itemsOfStyle;

  Catalog(WorldSpec spec) {
    this.items = spec.items();
    this.styles = Math.clamp(items / 40, 8, Words.MAX_STYLES);
    RandomStream random = new RandomStream(spec.seed(), Purpose.CATALOG, 0);
    int categories = spec.categories();
    this.categoryDepartment = new int[categories];
    Arrays.setAll(categoryDepartment, Words::department);
    this.centres = centres(random, categoryDepartment, Words.departments(categories));
    this.styleDirections = spread(random, styles);
    this.style = new int[items];
    this.brand = new int[items];
    this.firstCategory = new int[items];
    this.secondCategory = new int[items];
    this.places = new float[items * DIMENSION];
    this.names = new String[items];
    this.priceCents = new int[items];
    this.popularity = new float[items];
    this.visibility = new float[items];
    fill(random, runningSums(random.dirichlet(categories, 3)));
    int[] ranks = new int[items];
    Arrays.setAll(ranks, i -> i);
    random.shuffle(ranks);
    for (int item = 0; item < items; item++) {
      popularity[item] = (float) StrictMath.pow(ranks[item] + ZIPF_SHIFT, -ZIPF);
      visibility[item] = (float) StrictMath.pow(popularity[item], VISIBILITY_POWER);
    }
    this.popularityScore = standardizedLogarithm(popularity);
    this.popularitySums = runningSums(toDouble(popularity));
    this.itemsOfStyle = groups(style, styles);
  }

  private static double[][] directions(RandomStream random, int count) {
    double[][] directions = new double[count][];
    for (int i = 0; i < count; i++) {
      directions[i] = random.direction(DIMENSION);
    }
    return directions;
  }

  /**
   * Directions that keep apart: of some random ones, each time that which is least like the others.
   */
  private static double[][] spread(RandomStream random, int count) {
    double[][] directions = new double[count][];
    for (int i = 0; i < count; i++) {
      double least = Double.POSITIVE_INFINITY;
      for (int attempt = 0; attempt < SPREAD_ATTEMPTS; attempt++) {
        double[] direction = random.direction(DIMENSION);
        double nearest = -1;
        for (int j = 0; j < i; j++) {
          double cosine = 0;
          for (int d = 0; d < DIMENSION; d++) {
            cosine += direction[d] * directions[j][d];
          }
          nearest = Math.max(nearest, cosine);
        }
        if (nearest < least) {
          least = nearest;
          directions[i] = direction;
        }
      }
    }
    return directions;
  }

  private static double[][] centres(RandomStream random, int[] departmentOf, int departments) {
    double[][] departmentDirections = directions(random, departments);
    double[][] centres = directions(random, departmentOf.length);
    for (int category = 0; category < centres.length; category++) {
      double[] department = departmentDirections[departmentOf[category]];
      double square = 0;
      for (int d = 0; d < DIMENSION; d++) {
        centres[category][d] += department[d];
        square += centres[category][d] * centres[category][d];
      }
      for (int d = 0; d < DIMENSION; d++) {
        centres[category][d] /= StrictMath.sqrt(square);
      }
    }
    return centres;
  }

  private void fill(RandomStream random, double[] categorySums) {
    double noise = StrictMath.sqrt(NOISE_PART / DIMENSION);
    Map<String, Integer> namesakes = HashMap.newHashMap(items);
    for (int item = 0; item < items; item++) {
      style[item] = random.below(styles);
      brand[item] = brand(random, style[item]);
      int first = random.pick(categorySums, categorySums.length);
      int second = random.chance(SECOND_CATEGORY) ? neighbor(random, first, categorySums) : -1;
      firstCategory[item] = first;
      secondCategory[item] = second == first ? -1 : second;
      double[] place = anchor(first, secondCategory[item], style[item]);
      for (int d = 0; d < DIMENSION; d++) {
        places[item * DIMENSION + d] = (float) (place[d] + noise * random.gaussian());
      }
      String name = Words.item(random, style[item], first);
      int namesake = namesakes.merge(name, 1, Integer::sum);
      names[item] = namesake == 1 ? name : name + " No. " + namesake;
      priceCents[item] =
          (int)
                      StrictMath.round(
                          100 * StrictMath.exp(3.2 + 0.3 * (first % 7) + 0.6 * random.gaussian()))
                  / 5
                  * 5
              + 99;
    }
  }

  /** Mostly a brand of the style, else any. */
  private int brand(RandomStream random, int ofStyle) {
    int of = random.chance(BRAND_TRUE_TO_STYLE) ? ofStyle : random.below(styles);
    return of * BRANDS_PER_STYLE + random.below(BRANDS_PER_STYLE);
  }

  /** A second category: mostly of the same department. */
  private int neighbor(RandomStream random, int category, double[] categorySums) {
    boolean sameDepartment = random.chance(SAME_DEPARTMENT);
    for (int attempt = 0; attempt < 64; attempt++) {
      int other = random.pick(categorySums, categorySums.length);
      if (other != category
          && (!sameDepartment || categoryDepartment[other] == categoryDepartment[category])) {
        return other;
      }
    }
    return category;
  }

  /** The place of a style within one or two categories (second = -1: one), without noise. */
  double[] anchor(int first, int second, int ofStyle) {
    double categoryScale = StrictMath.sqrt(CATEGORY_PART);
    double styleScale = StrictMath.sqrt(STYLE_PART);
    double[] place = new double[DIMENSION];
    for (int d = 0; d < DIMENSION; d++) {
      double centre =
          second < 0 ? centres[first][d] : 0.5 * (centres[first][d] + centres[second][d]);
      place[d] = categoryScale * centre + styleScale * styleDirections[ofStyle][d];
    }
    return place;
  }

  private static float[] standardizedLogarithm(float[] values) {
    double mean = 0;
    double square = 0;
    for (float value : values) {
      double logarithm = StrictMath.log(value);
      mean += logarithm;
      square += logarithm * logarithm;
    }
    mean /= values.length;
    double deviation = StrictMath.sqrt(Math.max(square / values.length - mean * mean, 1e-12));
    float[] scores = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      scores[i] = (float) ((StrictMath.log(values[i]) - mean) / deviation);
    }
    return scores;
  }

  private static double[] toDouble(float[] values) {
    double[] result = new double[values.length];
    Arrays.setAll(result, i -> values[i]);
    return result;
  }

  /** Running sums of weights, for {@link RandomStream#pick}. */
  static double[] runningSums(double[] weights) {
    double[] sums = weights.clone();
    for (int i = 1; i < sums.length; i++) {
      sums[i] += sums[i - 1];
    }
    return sums;
  }

  private static int[][] groups(int[] group, int count) {
    int[] sizes = new int[count];
    for (int value : group) {
      sizes[value]++;
    }
    int[][] members = new int[count][];
    Arrays.setAll(members, i -> new int[sizes[i]]);
    for (int item = group.length - 1; item >= 0; item--) {
      members[group[item]][--sizes[group[item]]] = item;
    }
    return members;
  }

  /** An item drawn by popularity. */
  int popularItem(RandomStream random) {
    return random.pick(popularitySums, items);
  }

  /** Squared latent distance of an item from a place. */
  double squaredDistance(int item, double[] place) {
    int offset = item * DIMENSION;
    double sum = 0;
    for (int d = 0; d < DIMENSION; d++) {
      double difference = places[offset + d] - place[d];
      sum += difference * difference;
    }
    return sum;
  }

  int items() {
    return items;
  }

  int styles() {
    return styles;
  }

  int categories() {
    return centres.length;
  }

  int department(int category) {
    return categoryDepartment[category];
  }

  int style(int item) {
    return style[item];
  }

  int brand(int item) {
    return brand[item];
  }

  int brands() {
    return styles * BRANDS_PER_STYLE;
  }

  int firstCategory(int item) {
    return firstCategory[item];
  }

  /** The second category, or -1. */
  int secondCategory(int item) {
    return secondCategory[item];
  }

  /** Whether two items have a category in common. */
  boolean shareCategory(int a, int b) {
    int second = secondCategory[a];
    return firstCategory[a] == firstCategory[b]
        || firstCategory[a] == secondCategory[b]
        || (second >= 0 && (second == firstCategory[b] || second == secondCategory[b]));
  }

  /** Latent place of an item. */
  double[] place(int item) {
    double[] place = new double[DIMENSION];
    Arrays.setAll(place, d -> places[item * DIMENSION + d]);
    return place;
  }

  float popularity(int item) {
    return popularity[item];
  }

  /** popularity^0.6: how readily someone who looks for such items comes across this one. */
  float visibility(int item) {
    return visibility[item];
  }

  /** Logarithm of the popularity, standardized over the items. */
  float popularityScore(int item) {
    return popularityScore[item];
  }

  /** All items of a style, ascending; not to be changed. */
  int[] itemsOfStyle(int ofStyle) {
    return itemsOfStyle[ofStyle];
  }

  /** Identifier in the log, such as "i42". */
  static String id(int item) {
    return "i" + (item + 1);
  }

  String name(int item) {
    return names[item];
  }

  /** The categories as the log has them: one, or two joined by "|". */
  String categoryField(int item) {
    String first = Words.category(firstCategory[item]);
    int second = secondCategory[item];
    return second < 0 ? first : first + "|" + Words.category(second);
  }

  String brandField(int item) {
    return Words.brand(brand[item]);
  }

  int priceCents(int item) {
    return priceCents[item];
  }
}
