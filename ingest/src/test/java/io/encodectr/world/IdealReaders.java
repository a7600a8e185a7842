package io.encodectr.world;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Predictors that know every item's true latent place but not the user: they have only her
 * behaviors, and each reads them in another way. What separates them is what the world takes from a
 * method that reads so. Fitted on the even users, judged on the odd ones.
 */
final class IdealReaders {
  /** A way of reading the behaviors. */
  enum Reading {
    WHOLE_HISTORY,
    NEAREST_50,
    LAST_50_OF_CATEGORY,
    LAST_50,
    AVERAGE
  }

  private static final double KERNEL = 3;
  private static final int FOURIER = 32;
  private static final int SHORT = 50;

  private final Catalog catalog;
  private final Map<Reading, List<double[]>> rows = new EnumMap<>(Reading.class);
  private final float[][] fourier;

  IdealReaders(Catalog catalog) {
    this.catalog = catalog;
    for (Reading reading : Reading.values()) {
      rows.put(reading, new ArrayList<>());
    }
    fourier = fourier(catalog);
  }

  /** Random Fourier features of the Gaussian kernel: the best that a 32-wide average can hold. */
  private static float[][] fourier(Catalog catalog) {
    RandomStream random = new RandomStream(7, RandomStream.Purpose.CALIBRATION, 0);
    float[][] features = new float[catalog.items()][FOURIER];
    for (int r = 0; r < FOURIER; r++) {
      double[] frequency = new double[Catalog.DIMENSION];
      Arrays.setAll(frequency, d -> random.gaussian() * Math.sqrt(2 / KERNEL));
      double phase = random.uniform(0, 2 * Math.PI);
      for (int item = 0; item < catalog.items(); item++) {
        double[] place = catalog.place(item);
        double angle = phase;
        for (int d = 0; d < place.length; d++) {
          angle += frequency[d] * place[d];
        }
        features[item][r] = (float) (Math.cos(angle) * Math.sqrt(2.0 / FOURIER));
      }
    }
    return features;
  }

  /** Reads one sample: the target and the user's first {@code count} behaviors. */
  void read(int target, int[] history, int count) {
    double[] place = catalog.place(target);
    double[] kernels = new double[count];
    double[] recent = new double[2];
    double[] category = new double[2];
    int categoryCount = 0;
    for (int i = count - 1; i >= 0; i--) {
      kernels[i] = Math.exp(-catalog.squaredDistance(history[i], place) / KERNEL);
      if (i >= count - SHORT) {
        add(recent, kernels[i]);
      }
      if (categoryCount < SHORT && catalog.shareCategory(target, history[i])) {
        add(category, kernels[i]);
        categoryCount++;
      }
    }
    Arrays.sort(kernels);
    double[] nearest = new double[2];
    double[] whole = new double[2];
    for (int i = 0; i < count; i++) {
      add(whole, kernels[i]);
      if (i >= count - SHORT) {
        add(nearest, kernels[i]);
      }
    }
    put(Reading.WHOLE_HISTORY, target, count, whole, count);
    put(Reading.NEAREST_50, target, count, nearest, Math.min(SHORT, count));
    put(Reading.LAST_50, target, count, recent, Math.min(SHORT, count));
    put(Reading.LAST_50_OF_CATEGORY, target, count, category, categoryCount);
    average(target, history, count, place);
  }

  private static void add(double[] sumAndLargest, double kernel) {
    sumAndLargest[0] += kernel;
    sumAndLargest[1] = Math.max(sumAndLargest[1], kernel);
  }

  private void put(Reading reading, int target, int count, double[] found, int of) {
    rows.get(reading)
        .add(
            row(
                catalog.popularityScore(target),
                Math.log(1 + count),
                Math.log(1e-3 + found[0] / Math.max(1, of)),
                Math.log(0.05 + found[0]),
                Math.log(0.01 + found[1])));
  }

  private void average(int target, int[] history, int count, double[] place) {
    double product = 0;
    double kernel = 0;
    double square = 0;
    double[] mean = new double[Catalog.DIMENSION];
    double[] meanFourier = new double[FOURIER];
    for (int i = 0; i < count; i++) {
      double[] other = catalog.place(history[i]);
      for (int d = 0; d < mean.length; d++) {
        mean[d] += other[d] / count;
      }
      for (int r = 0; r < FOURIER; r++) {
        meanFourier[r] += fourier[history[i]][r] / count;
      }
    }
    for (int d = 0; d < mean.length; d++) {
      product += mean[d] * place[d];
      square += mean[d] * mean[d];
    }
    for (int r = 0; r < FOURIER; r++) {
      kernel += meanFourier[r] * fourier[target][r];
    }
    rows.get(Reading.AVERAGE)
        .add(
            row(
                catalog.popularityScore(target),
                Math.log(1 + count),
                product / 10,
                square / 10,
                3 * kernel));
  }

  /** The features, their squares and products, and a constant. */
  private static double[] row(double popularity, double... features) {
    int n = features.length;
    double[] row = new double[2 + n + n * (n + 1) / 2];
    row[0] = 1;
    row[1] = popularity;
    int at = 2;
    for (int i = 0; i < n; i++) {
      row[at++] = features[i];
      for (int j = 0; j <= i; j++) {
        row[at++] = features[i] * features[j];
      }
    }
    return row;
  }

  /** Logits of all samples; the fit is on those for which {@code fitted} holds. */
  float[] predict(Reading reading, byte[] labels, boolean[] fitted) {
    List<double[]> all = rows.get(reading);
    List<double[]> fit = new ArrayList<>();
    byte[] fitLabels = new byte[labels.length];
    for (int i = 0; i < labels.length; i++) {
      if (fitted[i]) {
        fitLabels[fit.size()] = labels[i];
        fit.add(all.get(i));
      }
    }
    LogisticRegression model = LogisticRegression.fit(fit, Arrays.copyOf(fitLabels, fit.size()));
    float[] logits = new float[labels.length];
    for (int i = 0; i < logits.length; i++) {
      logits[i] = (float) model.logit(all.get(i));
    }
    return logits;
  }
}
