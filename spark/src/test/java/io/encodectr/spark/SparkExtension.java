package io.encodectr.spark;

import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** One local Spark for all tests of this process, since its start takes seconds. */
public final class SparkExtension implements BeforeAllCallback {
  private static SparkSession session;

  @Override
  public void beforeAll(ExtensionContext context) {
    session();
  }

  /** The session: two threads, no pages, loopback only. */
  public static synchronized SparkSession session() {
    if (session == null) {
      session =
          Session.open(
              new SparkConf()
                  .setMaster("local[2]")
                  .set("spark.ui.enabled", "false")
                  .set("spark.driver.host", "127.0.0.1")
                  .set("spark.driver.bindAddress", "127.0.0.1")
                  .set("spark.sql.shuffle.partitions", "3")
                  // Blocks so small that the tests' files have several.
                  .set("spark.sql.files.maxPartitionBytes", "20000")
                  .set("spark.sql.files.openCostInBytes", "1000")
                  .set("spark.sql.warehouse.dir", System.getProperty("java.io.tmpdir")),
              "test");
    }
    return session;
  }
}
