package io.encodectr.world;

/**
 * A synthetic shop: catalog, population, plan of activity and the true click model. Immutable;
 * thread-safe: any user can be simulated by any thread.
 */
public final class World {
  /** First second of every world: 2024-01-01T00:00:00Z. */
  private static final long START = 1_704_067_200L;

  private static final long DAY = 86_400;

  private final WorldSpec spec;
  private final Catalog catalog;
  private final Population population;
  private final Activity activity;
  private final ClickModel clickModel;

  private World(WorldSpec spec) {
    this.spec = spec;
    this.catalog = new Catalog(spec);
    this.population = new Population(spec, catalog);
    this.activity = Activity.plan(spec);
    this.clickModel = Calibration.calibrate(this);
  }

  /**
   * Makes the world of a specification (not yet its events).
   *
   * @throws io.encodectr.file.InputException if rows, users and history lengths contradict one
   *     another
   */
  public static World of(WorldSpec spec) {
    return new World(spec);
  }

  public WorldSpec spec() {
    return spec;
  }

  /** First second of the world. */
  public long start() {
    return START;
  }

  /** First second of the sample period. */
  public long samplesFrom() {
    return end() - spec.sampleDays() * DAY;
  }

  /** First second after the world. */
  public long end() {
    return START + spec.days() * DAY;
  }

  Catalog catalog() {
    return catalog;
  }

  Population population() {
    return population;
  }

  Activity activity() {
    return activity;
  }

  ClickModel clickModel() {
    return clickModel;
  }

  /** Simulates a user with the world's click model. */
  Shopper simulate(int user, Journal journal) {
    Shopping shopping = new Shopping(this, user);
    shopping.go(clickModel, journal);
    return shopping.shopper();
  }
}
