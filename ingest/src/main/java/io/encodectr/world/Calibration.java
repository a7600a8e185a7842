package io.encodectr.world;

import java.util.Arrays;

/**
 * Sets the two free numbers of the click model on a pilot of the population, so that the mean
 * probability is {@value #CLICK_RATE} and the oracle AUC {@value #ORACLE_AUC}.
 *
 * <p>Both are expectations over the true probabilities p of the pilot's candidates, without drawing
 * a click: AUC = Σ_{x,y} p_x (1 − p_y) [x above y] / (Σ p · Σ (1 − p)).
 */
final class Calibration {
  static final double CLICK_RATE = 0.25;
  static final double ORACLE_AUC = 0.83;

  private static final int PILOT_USERS = 1_500;
  private static final int PILOT_CANDIDATES = 60_000;
  private static final ClickModel UNCALIBRATED = new ClickModel(5, ClickModel.POPULARITY_SCALE, -3);

  private final double[] relevance;
  private final double[] popularity;
  private final double[] bias;

  private Calibration(double[] relevance, double[] popularity, double[] bias) {
    this.relevance = relevance;
    this.popularity = popularity;
    this.bias = bias;
  }

  static ClickModel calibrate(World world) {
    Calibration calibration = pilot(world);
    double low = 0.5;
    double high = 30;
    ClickModel model = UNCALIBRATED;
    for (int step = 0; step < 24; step++) {
      double scale = (low + high) / 2;
      model = calibration.withClickRate(scale);
      if (calibration.auc(model) < ORACLE_AUC) {
        low = scale;
      } else {
        high = scale;
      }
    }
    return model;
  }

  private static Calibration pilot(World world) {
    int users = world.spec().users();
    int pilots = Math.min(users, PILOT_USERS);
    double[][] columns = new double[3][PILOT_CANDIDATES];
    int[] count = {0};
    for (int i = 0; i < pilots && count[0] < PILOT_CANDIDATES; i++) {
      int user = (int) ((long) i * users / pilots);
      Shopping shopping = new Shopping(world, user);
      Shopper shopper = shopping.shopper();
      Catalog catalog = world.catalog();
      shopping.go(
          UNCALIBRATED,
          new Journal() {
            @Override
            public void behavior(int item, long time) {}

            @Override
            public void exposure(
                int item, long time, long pageView, int millionths, boolean click) {
              if (count[0] < PILOT_CANDIDATES) {
                columns[0][count[0]] = ClickModel.relevance(catalog, shopper.interests(), item);
                columns[1][count[0]] = catalog.popularityScore(item);
                columns[2][count[0]++] = shopper.bias();
              }
            }
          });
    }
    return new Calibration(
        Arrays.copyOf(columns[0], count[0]),
        Arrays.copyOf(columns[1], count[0]),
        Arrays.copyOf(columns[2], count[0]));
  }

  private double[] probabilities(ClickModel model) {
    double[] result = new double[relevance.length];
    Arrays.setAll(result, i -> model.probability(relevance[i], popularity[i], bias[i]));
    return result;
  }

  private ClickModel withClickRate(double scale) {
    double low = -40;
    double high = 20;
    ClickModel model = UNCALIBRATED;
    for (int step = 0; step < 24; step++) {
      model = new ClickModel(scale, ClickModel.POPULARITY_SCALE, (low + high) / 2);
      double sum = 0;
      for (double probability : probabilities(model)) {
        sum += probability;
      }
      if (sum < CLICK_RATE * relevance.length) {
        low = model.intercept();
      } else {
        high = model.intercept();
      }
    }
    return model;
  }

  private double auc(ClickModel model) {
    double[] sorted = probabilities(model);
    Arrays.sort(sorted);
    double negativesBelow = 0;
    double positives = 0;
    double pairs = 0;
    for (double probability : sorted) {
      pairs += probability * (negativesBelow + (1 - probability) / 2);
      negativesBelow += 1 - probability;
      positives += probability;
    }
    return pairs / (positives * negativesBelow);
  }
}
