package io.encodectr.evaluation;

import io.encodectr.dataset.Dataset;
import io.encodectr.dataset.Samples;
import io.encodectr.file.AtomicFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Writes scores as CSV (RFC 4180): {@code user,item,time,label,score}, one line a sample in the
 * dataset's order. Scores are printed so that reading them back gives the same float, and every
 * metric of the evaluation can be recomputed from the file.
 */
public final class Predictions {
  /** The first line. */
  public static final String HEADER = "user,item,time,label,score";

  private Predictions() {}

  /**
   * Writes the file, whole or not at all.
   *
   * @param scores click probability of each of {@code samples}
   * @throws UncheckedIOException if the file cannot be written
   */
  public static void write(Path file, Dataset dataset, Samples samples, float[] scores) {
    try (AtomicFile out = AtomicFile.create(file)) {
      StringBuilder lines = new StringBuilder(HEADER).append("\r\n");
      int user = -1;
      String userField = "";
      for (int s = 0; s < scores.length; s++) {
        if (samples.user(s) != user) {
          user = samples.user(s);
          userField = field(dataset.userIds().id(user));
        }
        lines
            .append(userField)
            .append(',')
            .append(field(dataset.itemIds().id(samples.target(s))))
            .append(',')
            .append(samples.time(s))
            .append(',')
            .append(samples.label(s))
            .append(',')
            .append(scores[s])
            .append("\r\n");
        if (lines.length() > 1 << 16) {
          out.write(lines.toString().getBytes(StandardCharsets.UTF_8));
          lines.setLength(0);
        }
      }
      out.write(lines.toString().getBytes(StandardCharsets.UTF_8));
      out.commit();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file + ": " + e.getMessage(), e);
    }
  }

  /** A field, quoted where a comma, quote, line break or outer space would change its meaning. */
  static String field(String value) {
    boolean quote = value.isEmpty() || value.strip().length() != value.length();
    for (int i = 0; i < value.length() && !quote; i++) {
      char c = value.charAt(i);
      quote = c == ',' || c == '"' || c == '\n' || c == '\r';
    }
    return quote ? '"' + value.replace("\"", "\"\"") + '"' : value;
  }
}
