package io.encodectr.spark;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;

/** Spark as our jobs need it. */
public final class Session {
  private static final String EXECUTOR_OPTIONS = "spark.executor.extraJavaOptions";
  private static final String JVM_OPTIONS = "jvm.options";

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
    used.set(EXECUTOR_OPTIONS, (kernels() + " " + used.get(EXECUTOR_OPTIONS, "")).strip());
    // Names of columns mean what they say, and times without an offset are UTC.
    used.set("spark.sql.caseSensitive", "true");
    used.set("spark.sql.session.timeZone", "UTC");
    used.set("spark.sql.files.ignoreCorruptFiles", "false");
    used.set("spark.sql.files.ignoreMissingFiles", "false");
    return SparkSession.builder().config(used).appName(name).getOrCreate();
  }

  /** What the JVM is told of the kernels, by the same file as that of the command line. */
  private static String kernels() {
    try (InputStream in = Session.class.getResourceAsStream(JVM_OPTIONS)) {
      if (in == null) {
        throw new IllegalStateException(JVM_OPTIONS + " is not beside " + Session.class);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line ->
              line.startsWith("-XX:CompileCommand")
                  || line.startsWith("--add-modules=jdk.incubator.vector"))
          .collect(Collectors.joining(" "));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
