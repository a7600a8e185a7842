package io.encodectr.behavior.folder;

import io.encodectr.behavior.EventLog;
import io.encodectr.behavior.EventLogOptions;
import io.encodectr.behavior.ShopContract;
import java.io.IOException;

/** A shop whose events are in a folder. */
class FolderShopTest extends ShopContract {
  @Override
  protected EventLog opened(EventLogOptions options) throws IOException {
    return FolderEventLog.open(folder.resolve("events"), options);
  }

  @Override
  protected void awaitUpkeep() {
    ((FolderEventLog) log).awaitUpkeep();
  }
}
