package io.encodectr.redis;

import io.encodectr.generation.InterestStore;
import io.encodectr.generation.InterestStoreContract;
import io.encodectr.generation.Store;
import io.encodectr.generation.StoreLocation;
import io.encodectr.interest.InterestPrecision;
import io.encodectr.progress.Progress;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** What a folder promises, of a server to which folders are published. */
abstract class SharedStoreContract extends InterestStoreContract {
  @TempDir protected Path folder;
  protected RedisStore store;

  abstract StoreLocation emptied();

  @BeforeEach
  void open() throws IOException {
    store = RedisStore.open(emptied());
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Override
  protected InterestStore store() {
    return store;
  }

  @Override
  protected String publish(long asOf, int keep, InterestPrecision precision) throws IOException {
    Store from = Store.create(folder.resolve("store"));
    FolderPublication.exchangeForgotten(from, store);
    extract(from.folder(), asOf, 0, precision);
    return new FolderPublication(from, store).run(keep, Progress.NONE).generation();
  }
}
