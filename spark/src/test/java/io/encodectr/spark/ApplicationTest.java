package io.encodectr.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SequencedMap;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** What a program says when its job fails. */
@ExtendWith(SparkExtension.class)
class ApplicationTest {
  /** A job with a task that fails; it fails before the program would open a Spark of its own. */
  @Command(name = "job")
  private static final class FailingJob implements Application.Job {
    @Mixin private ApplicationOptions common = new ApplicationOptions();

    @Override
    public ApplicationOptions common() {
      return common;
    }

    @Override
    public void check() {
      JavaSparkContext.fromSparkContext(SparkExtension.session().sparkContext())
          .parallelize(List.of(1))
          .foreach(one -> {
            throw new IOException("/shared is not there on an executor");
          });
    }

    @Override
    public SequencedMap<String, Object> run(SparkSession spark) {
      throw new AssertionError("the check has failed");
    }
  }

  @Test
  void aFailedTaskIsToldInItsOwnWords() {
    PrintStream before = System.err;
    ByteArrayOutputStream told = new ByteArrayOutputStream();
    System.setErr(new PrintStream(told, true, StandardCharsets.UTF_8));
    try {
      assertThat(Application.run(new FailingJob())).isEqualTo(1);
    } finally {
      System.setErr(before);
    }
    assertThat(told.toString(StandardCharsets.UTF_8))
        .contains("encode spark job: /shared is not there on an executor")
        .doesNotContain("\tat ");
  }
}
