package io.encodectr.redis;

import io.encodectr.generation.InterestStore;
import io.encodectr.generation.Store;
import io.encodectr.generation.StoreLocation;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Opens stores by their location; one of a server is opened once and shared by all who ask for it
 * until these are closed. Thread-safe.
 */
public final class SharedStores implements AutoCloseable {
  private static final Duration PATIENT = Duration.ofSeconds(10);

  private final Map<StoreLocation, RedisStore> shared = new HashMap<>();

  private final Duration patience;

  /** For services: a read takes no longer than the store's address allows. */
  public SharedStores() {
    this(Duration.ZERO);
  }

  private SharedStores(Duration patience) {
    this.patience = patience;
  }

  /** For those who read once and wait for the answer: a read may take seconds. */
  public static SharedStores patient() {
    return new SharedStores(PATIENT);
  }

  /**
   * Opens a store.
   *
   * @throws io.encodectr.file.InputException if there is none
   * @throws IOException if a server does not answer
   */
  public synchronized InterestStore open(StoreLocation location) throws IOException {
    if (location.isFolder()) {
      return Store.open(location.folder());
    }
    RedisStore store = shared.get(location);
    if (store == null) {
      store = RedisStore.open(location, patience, RedisStore.GRACE);
      shared.put(location, store);
    }
    return store;
  }

  @Override
  public synchronized void close() {
    shared.values().forEach(RedisStore::close);
    shared.clear();
  }
}
