package io.encodectr.bench.growth;

import io.encodectr.file.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;

/**
 * A command that has ended.
 *
 * @param seconds from start to end
 * @param peakMegabytes the most that was resident, mapped files included; 0 where there is no
 *     {@code /proc}
 * @param anonymousMegabytes the most of it that was no file, seen ten times a second
 * @param result the JSON object on its stdout
 */
record MeasuredProcess(
    double seconds, double peakMegabytes, double anonymousMegabytes, JsonNode result) {

  /**
   * Runs a command, whose messages are kept in a file.
   *
   * @throws IllegalStateException if it fails, with its last messages
   */
  static MeasuredProcess run(List<String> command, Path messages) throws IOException {
    Path out = messages.resolveSibling(messages.getFileName() + ".json");
    long start = System.nanoTime();
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(messages.toFile())
            .start();
    double peak = 0;
    double anonymous = 0;
    try {
      while (!process.waitFor(100, TimeUnit.MILLISECONDS)) {
        peak = Math.max(peak, megabytes(process.pid(), "VmHWM:"));
        anonymous = Math.max(anonymous, megabytes(process.pid(), "RssAnon:"));
      }
    } catch (InterruptedException e) {
      process.destroy();
      Thread.currentThread().interrupt();
    }
    double seconds = (System.nanoTime() - start) * 1e-9;
    if (process.exitValue() != 0) {
      throw new IllegalStateException(
          String.join(" ", command)
              + " ended with "
              + process.exitValue()
              + ": "
              + Files.readString(messages, StandardCharsets.UTF_8));
    }
    return new MeasuredProcess(seconds, peak, anonymous, Json.readTree(out));
  }

  private static double megabytes(long process, String field) {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/" + process + "/status"))) {
        if (line.startsWith(field)) {
          return Double.parseDouble(line.replaceAll("[^0-9]", "")) / 1024;
        }
      }
    } catch (IOException ended) {
      // Its last figures are from the look before.
    }
    return 0;
  }
}
