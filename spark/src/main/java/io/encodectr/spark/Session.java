package io.encodectr.spark;

import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;

/** Spark as our jobs need it. */
public final class Session {
  private static final String EXECUTOR_OPTIONS = "spark.executor.extraJavaOptions";
  private static final String KERNELS = "--add-modules=jdk.incubator.vector";

  private Session() {}

  /**
   * A session with what {@code spark-submit} or system properties say, and what our jobs rely on.
   *
   * @param name the application's name
   */
  public static SparkSession open(String name) {
    return open(new SparkConf(), name);
  }

  /** A session with a configuration, and what our jobs rely on. */
  public static SparkSession open(SparkConf configuration, String name) {
    SparkConf used = configuration.clone();
    String options = used.get(EXECUTOR_OPTIONS, "");
    if (!options.contains("jdk.incubator.vector")) {
      used.set(EXECUTOR_OPTIONS, (options + " " + KERNELS).strip());
    }
    // Names of columns mean what they say, and times without an offset are UTC.
    used.set("spark.sql.caseSensitive", "true");
    used.set("spark.sql.session.timeZone", "UTC");
    used.set("spark.sql.files.ignoreCorruptFiles", "false");
    used.set("spark.sql.files.ignoreMissingFiles", "false");
    return SparkSession.builder().config(used).appName(name).getOrCreate();
  }
}
