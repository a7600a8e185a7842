package io.encodectr.world;

import io.encodectr.evaluation.Auc;
import io.encodectr.evaluation.Gauc;
import io.encodectr.world.IdealReaders.Reading;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.Locale;

/**
 * What is true of a world, measured on some of its users: where the relevant behaviors lie, and how
 * far predictors get that read the history in different ways. {@code main} prints the table of
 * {@code docs/world.md}.
 */
final class TruthReport {
  /** κ above which a behavior counts as one of the interest; an item of its style has about 0.1. */
  private static final double MEMBER = 0.06;

  private static final int LONG = 400;

  private final World world;
  private final IdealReaders readers;
  private int samples;
  private byte[] labels = new byte[1 << 20];
  private float[] truth = new float[1 << 20];
  private int[] pageViews = new int[1 << 20];
  private boolean[] even = new boolean[1 << 20];
  private int positives;
  private int driven;
  private int absent;
  private int hundred;
  private int longDriven;
  private int longHundred;
  private long members;
  private long sameCategory;
  private int seen;

  private TruthReport(World world) {
    this.world = world;
    this.readers = new IdealReaders(world.catalog());
  }

  static TruthReport of(World world, int users) {
    TruthReport report = new TruthReport(world);
    for (int user = 0; user < users; user++) {
      report.read(user);
    }
    return report;
  }

  private void read(int user) {
    Shopper shopper = new Shopper(world, user);
    History history = new History();
    world.simulate(
        user,
        new Journal() {
          @Override
          public void behavior(int item, long time) {
            history.add(item, time);
          }

          @Override
          public void exposure(int item, long time, long pageView, int millionths, boolean click) {
            int count = history.before(time);
            sample(shopper, item, history.items, count, user, (int) pageView, millionths, click);
            if (click) {
              history.add(item, time);
            }
          }
        });
  }

  /** A user's behaviors so far. */
  private static final class History {
    private int[] items = new int[1024];
    private long[] times = new long[1024];
    private int count;

    void add(int item, long time) {
      if (count == items.length) {
        items = Arrays.copyOf(items, 2 * count);
        times = Arrays.copyOf(times, 2 * count);
      }
      times[count] = time;
      items[count++] = item;
    }

    int before(long time) {
      int before = count;
      while (before > 0 && times[before - 1] >= time) {
        before--;
      }
      return before;
    }
  }

  private void sample(
      Shopper shopper,
      int item,
      int[] history,
      int count,
      int user,
      int pageView,
      int millionths,
      boolean click) {
    readers.read(item, history, count);
    labels[samples] = (byte) (click ? 1 : 0);
    truth[samples] = millionths / 1e6f;
    pageViews[samples] = pageView;
    even[samples++] = user % 2 == 0;
    for (int i = 0; i < count; i++) {
      if (history[i] == item) {
        seen++;
        break;
      }
    }
    if (click) {
      positives++;
      if (ClickModel.relevance(world.catalog(), shopper.interests(), item) > 0.5) {
        driven(strongest(shopper, item), item, history, count);
      }
    }
  }

  private Interest strongest(Shopper shopper, int item) {
    Interest best = shopper.interests().getFirst();
    double most = -1;
    for (Interest interest : shopper.interests()) {
      double value = Math.sqrt(interest.weight()) * interest.affinity(world.catalog(), item);
      if (value > most) {
        most = value;
        best = interest;
      }
    }
    return best;
  }

  /** A click that an interest explains: where are the behaviors of that interest? */
  private void driven(Interest interest, int item, int[] history, int count) {
    Catalog catalog = world.catalog();
    int relevant = 0;
    int recent = 0;
    for (int i = 0; i < count; i++) {
      if (interest.affinity(catalog, history[i]) > MEMBER) {
        relevant++;
        recent += i >= count - 50 ? 1 : 0;
        sameCategory += catalog.shareCategory(item, history[i]) ? 1 : 0;
      }
    }
    members += relevant;
    driven++;
    absent += recent <= 1 ? 1 : 0;
    hundred += relevant > 100 ? 1 : 0;
    if (count >= LONG) {
      longDriven++;
      longHundred += relevant > 100 ? 1 : 0;
    }
  }

  /** Share of the clicks that an interest explains (ρ > 0.5). */
  double drivenShare() {
    return driven / (double) positives;
  }

  /** Of these, the share whose interest has at most one of the last 50 behaviors. */
  double absentFromLast50() {
    return absent / (double) driven;
  }

  /** Of these, the share with more than 100 behaviors of that interest. */
  double overHundred() {
    return hundred / (double) driven;
  }

  /** The same where the history has 400 behaviors or more. */
  double overHundredWhereLong() {
    return longHundred / (double) longDriven;
  }

  /** Share of the interest's behaviors that have a category in common with the target. */
  double sameCategoryShare() {
    return sameCategory / (double) members;
  }

  /** Share of the samples whose target is already in the history. */
  double seenShare() {
    return seen / (double) samples;
  }

  int samples() {
    return samples;
  }

  double oracleAuc() {
    return oddAuc(Arrays.copyOf(truth, samples));
  }

  double oracleGauc() {
    return oddGauc(Arrays.copyOf(truth, samples));
  }

  private float[] predict(Reading reading) {
    return readers.predict(reading, Arrays.copyOf(labels, samples), even);
  }

  /** AUC of a reader on the odd users. */
  double auc(Reading reading) {
    return oddAuc(predict(reading));
  }

  /** GAUC by page view of a reader on the odd users. */
  double gauc(Reading reading) {
    return oddGauc(predict(reading));
  }

  private double oddAuc(float[] scores) {
    int[] odd = odd();
    return Auc.of(pick(scores, odd), oddLabels(odd));
  }

  private double oddGauc(float[] scores) {
    int[] odd = odd();
    int[] groups = new int[odd.length];
    Arrays.setAll(groups, i -> pageViews[odd[i]]);
    return Gauc.of(groups, pick(scores, odd), oddLabels(odd)).value();
  }

  private int[] odd() {
    int[] odd = new int[samples];
    int count = 0;
    for (int i = 0; i < samples; i++) {
      if (!even[i]) {
        odd[count++] = i;
      }
    }
    return Arrays.copyOf(odd, count);
  }

  private static float[] pick(float[] values, int[] indices) {
    float[] picked = new float[indices.length];
    for (int i = 0; i < picked.length; i++) {
      picked[i] = values[indices[i]];
    }
    return picked;
  }

  private byte[] oddLabels(int[] odd) {
    byte[] picked = new byte[odd.length];
    for (int i = 0; i < picked.length; i++) {
      picked[i] = labels[odd[i]];
    }
    return picked;
  }

  void print(PrintStream out) {
    line(out, "samples", samples);
    line(out, "clicks explained by an interest", drivenShare());
    line(out, "of these, interest absent from the last 50 behaviors", absentFromLast50());
    line(out, "of these, more than 100 relevant behaviors", overHundred());
    line(out, "the same where the history has 400 or more", overHundredWhereLong());
    line(out, "same-category share of the relevant behaviors", sameCategoryShare());
    line(out, "target already in the history", seenShare());
    out.printf(Locale.ROOT, "%n%-22s %6.4f %6.4f%n", "oracle", oracleAuc(), oracleGauc());
    for (Reading reading : Reading.values()) {
      out.printf(Locale.ROOT, "%-22s %6.4f %6.4f%n", reading, auc(reading), gauc(reading));
    }
  }

  private static void line(PrintStream out, String name, double value) {
    out.printf(Locale.ROOT, "%-56s %.3f%n", name, value);
  }

  /** Arguments: preset, number of users. */
  public static void main(String[] arguments) {
    WorldSpec spec = WorldSpec.of(WorldSpec.Preset.of(arguments[0]), WorldSpec.Wishes.none());
    of(World.of(spec), Integer.parseInt(arguments[1])).print(System.out);
  }
}
