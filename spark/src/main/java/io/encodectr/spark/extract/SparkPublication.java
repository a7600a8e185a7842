package io.encodectr.spark.extract;

import io.encodectr.generation.Store;
import io.encodectr.generation.StoreLocation;
import io.encodectr.redis.FolderPublication;
import io.encodectr.redis.RedisStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Writes a generation, which all machines see in the store's folder, to a server: a task some
 * thousand users. A task that is tried again or twice at a time does no harm.
 */
public final class SparkPublication implements FolderPublication.Writing {
  /** Some seconds of work. */
  private static final long USERS_OF_A_TASK = 20_000;

  private final JavaSparkContext spark;
  private final String store;
  private final String server;
  private final long usersOfATask;

  /**
   * A publication.
   *
   * @param store folder of the store, the same everywhere
   * @param server address of the server; executors connect to it themselves
   */
  public SparkPublication(JavaSparkContext spark, Path store, StoreLocation server) {
    this(spark, store, server, USERS_OF_A_TASK);
  }

  SparkPublication(JavaSparkContext spark, Path store, StoreLocation server, long usersOfATask) {
    this.spark = spark;
    this.usersOfATask = usersOfATask;
    this.store = store.toAbsolutePath().normalize().toString();
    this.server = server.address();
  }

  /**
   * {@inheritDoc}
   *
   * @throws IOException also if a task failed again and again
   */
  @Override
  public void write(String generation, long users) throws IOException {
    List<Long> firsts = new ArrayList<>();
    for (long first = 0; first < users; first += usersOfATask) {
      firsts.add(first);
    }
    if (firsts.isEmpty()) {
      return;
    }
    String folder = store;
    long some = usersOfATask;
    String address = server;
    try {
      spark
          .parallelize(firsts, firsts.size())
          .foreach(
              first -> write(folder, address, generation, first, Math.min(users, first + some)));
    } catch (Exception e) {
      // Spark's are checked, and declared nowhere.
      throw new IOException("executors could not publish the generation: " + e.getMessage(), e);
    }
  }

  private static void write(String store, String server, String id, long from, long to)
      throws IOException {
    try (RedisStore there = RedisStore.open(StoreLocation.parse(server))) {
      FolderPublication.write(Store.open(Path.of(store)), there, id, from, to);
    }
  }
}
