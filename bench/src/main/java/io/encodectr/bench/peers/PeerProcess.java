package io.encodectr.bench.peers;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * A peer in a process of its own. It prints its name, and then answers lines: {@code compare} with
 * a line of two losses for each batch and {@code done}, {@code step I} with a line of two times.
 */
final class PeerProcess implements Peer, AutoCloseable {
  private final Process process;
  private final BufferedWriter to;
  private final BufferedReader from;
  private final String label;
  private final String name;

  private PeerProcess(String label, List<String> command, Map<String, String> environment)
      throws IOException {
    this.label = label;
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    to = process.outputWriter();
    from = process.inputReader();
    name = answer();
  }

  /**
   * A peer on this JVM's class path and options.
   *
   * @param kind as {@link PeerWorker} has it
   */
  static PeerProcess java(String label, Path folder, String kind, int block, int threads)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    // LibTorch's memory is limited by the machine's alone.
    command.add("-Dorg.bytedeco.javacpp.maxbytes=0");
    command.add("-Dorg.bytedeco.javacpp.maxphysicalbytes=0");
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(PeerWorker.class.getName(), folder.toString(), kind));
    command.addAll(List.of(Integer.toString(block), Integer.toString(threads)));
    return new PeerProcess(label, command, Map.of());
  }

  /** A peer in Python. */
  static PeerProcess python(String label, Path folder, Python python, int block, int threads)
      throws IOException {
    List<String> command =
        List.of(
            python.executable(),
            python.script().toString(),
            folder.toString(),
            Integer.toString(block),
            Integer.toString(threads));
    return new PeerProcess(label, command, python.environment());
  }

  /** What the process is called in reports. */
  String label() {
    return label;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public double[][] compare() {
    send("compare");
    List<double[]> losses = new ArrayList<>();
    for (String line = answer(); !line.equals("done"); line = answer()) {
      losses.add(numbers(line));
    }
    return losses.toArray(double[][]::new);
  }

  @Override
  public double[] step(int batch) {
    send("step " + batch);
    return numbers(answer());
  }

  private static double[] numbers(String line) {
    return Arrays.stream(line.split(" ")).mapToDouble(Double::parseDouble).toArray();
  }

  private void send(String line) {
    try {
      to.write(line + "\n");
      to.flush();
    } catch (IOException e) {
      throw new IllegalStateException(label + " has ended", e);
    }
  }

  private String answer() {
    try {
      String line = from.readLine();
      if (line == null) {
        throw new IllegalStateException(label + " has ended; its messages are above");
      }
      return line;
    } catch (IOException e) {
      throw new IllegalStateException(label + " has ended", e);
    }
  }

  @Override
  public void close() throws IOException {
    to.close();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      process.destroy();
      Thread.currentThread().interrupt();
    }
    from.close();
  }
}
