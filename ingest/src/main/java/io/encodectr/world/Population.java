package io.encodectr.world;

import io.encodectr.world.RandomStream.Purpose;
import java.util.List;

/**
 * What users have in common: age bands and countries, and what these mean for taste and for the
 * readiness to click. Immutable; thread-safe.
 */
final class Population {
  static final List<String> AGE_BANDS = List.of("18-24", "25-34", "35-44", "45-54", "55-64", "65+");
  static final List<String> COUNTRIES =
      List.of("AT", "BR", "CA", "DE", "ES", "FR", "GB", "IN", "IT", "JP", "MX", "US");

  private static final double[] AGE_SUMS =
      Catalog.runningSums(new double[] {0.16, 0.24, 0.21, 0.17, 0.13, 0.09});
  private static final double STYLE_TILT = 0.6;
  private static final double GROUP_BIAS = 0.2;

  private final double[][] styleSums;
  private final double[] countrySums;
  private final double[] ageBias;
  private final double[] countryBias;

  Population(WorldSpec spec, Catalog catalog) {
    RandomStream random = new RandomStream(spec.seed(), Purpose.POPULATION, 0);
    countrySums = Catalog.runningSums(random.dirichlet(COUNTRIES.size(), 2));
    ageBias = biases(random, AGE_BANDS.size());
    countryBias = biases(random, COUNTRIES.size());
    styleSums = new double[AGE_BANDS.size()][];
    for (int age = 0; age < styleSums.length; age++) {
      double[] weights = new double[catalog.styles()];
      for (int style = 0; style < weights.length; style++) {
        weights[style] = StrictMath.exp(STYLE_TILT * random.gaussian());
      }
      styleSums[age] = Catalog.runningSums(weights);
    }
  }

  private static double[] biases(RandomStream random, int count) {
    double[] biases = new double[count];
    for (int i = 0; i < count; i++) {
      biases[i] = GROUP_BIAS * random.gaussian();
    }
    return biases;
  }

  int ageBand(RandomStream random) {
    return random.pick(AGE_SUMS, AGE_SUMS.length);
  }

  int country(RandomStream random) {
    return random.pick(countrySums, countrySums.length);
  }

  /** A style drawn with the preferences of the age band. */
  int style(RandomStream random, int ageBand) {
    return random.pick(styleSums[ageBand], styleSums[ageBand].length);
  }

  /** The part of the readiness to click that age band and country explain. */
  double bias(int ageBand, int country) {
    return ageBias[ageBand] + countryBias[country];
  }
}
