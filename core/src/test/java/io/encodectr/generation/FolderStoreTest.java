package io.encodectr.generation;

import io.encodectr.interest.InterestPrecision;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** A folder is a store. */
class FolderStoreTest extends InterestStoreContract {
  @TempDir private Path folder;

  @Override
  protected InterestStore store() {
    return Store.create(folder.resolve("store"));
  }

  @Override
  protected String publish(long asOf, int keep, InterestPrecision precision) throws IOException {
    return extract(folder.resolve("store"), asOf, keep, precision);
  }
}
