package io.encodectr.spark;

import io.encodectr.file.InputException;
import io.encodectr.file.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.SequencedMap;
import org.apache.spark.SparkException;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine;
import tools.jackson.databind.SerializationFeature;

/**
 * Runs a job as a program: reads its options, opens Spark, prints the result, and ends the process
 * with the exit codes of {@code encode}: 0 done, 1 failed, 2 bad usage or bad input.
 */
public final class Application {
  private static final int FAILED = 1;
  private static final int BAD_INPUT = 2;

  private Application() {}

  /** A job with options that picocli fills in. */
  interface Job {
    ApplicationOptions common();

    /**
     * Checks what can be checked without Spark.
     *
     * @throws InputException if an option cannot be used
     */
    void check();

    /** Does the job; returns what to print, in order. */
    SequencedMap<String, Object> run(SparkSession spark) throws IOException;
  }

  /** Runs a job and ends the process. */
  @SuppressWarnings("SystemExitOutsideMain")
  static void main(Job job, String[] args) {
    System.exit(run(job, args));
  }

  /** Runs a job; returns the exit code. */
  static int run(Job job, String... args) {
    CommandLine line = new CommandLine(job);
    line.setExpandAtFiles(false);
    line.setUsageHelpWidth(100);
    line.setExecutionStrategy(parsed -> execute(job, line));
    return line.execute(args);
  }

  private static int execute(Job job, CommandLine line) {
    if (line.isUsageHelpRequested()) {
      line.usage(line.getOut());
      return 0;
    }
    try {
      job.check();
      try (SparkSession spark = Session.open("encode " + line.getCommandName())) {
        print(job.run(spark), job.common().json(), line.getOut());
      }
      return 0;
    } catch (InputException e) {
      return report(e, job, line, BAD_INPUT);
    } catch (Exception e) {
      // Spark throws checked exceptions that its methods, being Scala's, do not declare.
      return report(e, job, line, FAILED);
    }
  }

  private static int report(Exception e, Job job, CommandLine line, int code) {
    line.getErr().println("encode spark " + line.getCommandName() + ": " + message(e));
    if (job.common().verbose()) {
      e.printStackTrace(line.getErr());
    }
    line.getErr().flush();
    return code;
  }

  /** The words of what went wrong first, rather than Spark's, which hold a stack trace. */
  private static String message(Exception failure) {
    Throwable told = failure;
    while (told instanceof SparkException && told.getCause() != null) {
      told = told.getCause();
    }
    return told.getMessage() == null ? told.toString() : told.getMessage();
  }

  private static void print(SequencedMap<String, Object> result, boolean json, PrintWriter out) {
    if (json) {
      out.println(
          Json.mapper()
              .writer()
              .without(SerializationFeature.INDENT_OUTPUT)
              .writeValueAsString(result));
    } else {
      result.forEach((key, value) -> out.printf("%-24s %s%n", key, value));
    }
    out.flush();
  }
}
