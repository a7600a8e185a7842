package io.encodectr.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.encodectr.dataset.Dataset;
import io.encodectr.file.FolderTree;
import io.encodectr.generation.ExtractionJob;
import io.encodectr.ingest.IngestJob;
import io.encodectr.ingest.IngestOptions;
import io.encodectr.ingest.LogFormat;
import io.encodectr.model.Model;
import io.encodectr.model.ModelFixture;
import io.encodectr.progress.Progress;
import io.encodectr.scoring.ModelItems;
import io.encodectr.world.World;
import io.encodectr.world.WorldSpec;
import io.encodectr.world.WorldWriter;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A standalone cluster on loopback, a master, two workers and a driver as processes of their own:
 * one worker is killed in the middle of the job, and the bytes are those of the local job.
 */
@Tag("slow")
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class StandaloneTest {
  private static final String LOOPBACK = "127.0.0.1";

  @TempDir private Path root;
  private final List<Process> processes = new ArrayList<>();
  private String master;

  @BeforeEach
  void startCluster() throws IOException, InterruptedException {
    Path jars = Files.createDirectories(root.resolve("home/jars"));
    for (String entry : classPath()) {
      if (entry.endsWith(".jar")) {
        Path jar = Path.of(entry);
        Files.createSymbolicLink(jars.resolve(jar.getFileName()), jar);
      }
    }
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getByName(LOOPBACK))) {
      port = free.getLocalPort();
    }
    master = "spark://" + LOOPBACK + ":" + port;
    Process serving =
        start(
            "master",
            List.of(),
            "org.apache.spark.deploy.master.Master",
            List.of("--host", LOOPBACK, "--port", "" + port, "--webui-port", "0"));
    awaitPort(serving, port);
    for (String worker : List.of("worker-1", "worker-2")) {
      start(
          worker,
          List.of(),
          "org.apache.spark.deploy.worker.Worker",
          List.of(
              "--host",
              LOOPBACK,
              "--cores",
              "1",
              "--memory",
              "1g",
              "--webui-port",
              "0",
              "--work-dir",
              root.resolve(worker).toString(),
              master));
    }
  }

  @AfterEach
  void stopCluster() throws IOException, InterruptedException {
    for (Process process : processes.reversed()) {
      kill(process);
    }
    FolderTree.delete(root.resolve("home"));
  }

  private static List<String> classPath() {
    return List.of(
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"))
            .split(File.pathSeparator));
  }

  private static List<String> jvm() {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "@" + Path.of("src/main/dist/jvm.options").toAbsolutePath(),
        "--add-modules=jdk.incubator.vector",
        "-Xmx512m",
        "-Dlog4j2.configurationFile="
            + Path.of("src/main/dist/log4j2.properties").toAbsolutePath());
  }

  private Process start(String name, List<String> options, String program, List<String> arguments)
      throws IOException {
    List<String> command = new ArrayList<>(jvm());
    command.addAll(options);
    command.addAll(List.of("-cp", String.join(File.pathSeparator, classPath())));
    command.addAll(List.of(EndsWithParent.class.getName(), program));
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("SPARK_LOCAL_IP", LOOPBACK);
    builder.environment().put("SPARK_SCALA_VERSION", "2.13");
    builder.environment().put("SPARK_HOME", root.resolve("home").toString());
    builder.redirectErrorStream(true).redirectOutput(root.resolve(name + ".log").toFile());
    Process process = builder.start();
    processes.add(process);
    return process;
  }

  private Process submit(Class<?> program, String... arguments) throws IOException {
    String folders =
        String.join(
            File.pathSeparator,
            classPath().stream().filter(entry -> !entry.endsWith(".jar")).toList());
    return start(
        "driver",
        List.of(
            "-Dspark.master=" + master,
            "-Dspark.driver.host=" + LOOPBACK,
            "-Dspark.driver.bindAddress=" + LOOPBACK,
            "-Dspark.ui.enabled=false",
            "-Dspark.executor.memory=700m",
            "-Dspark.sql.shuffle.partitions=4",
            "-Dspark.sql.files.maxPartitionBytes=100000",
            "-Dspark.executor.extraClassPath=" + folders),
        program.getName(),
        List.of(arguments));
  }

  private void awaitPort(Process serving, int port) throws IOException, InterruptedException {
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
    while (serving.isAlive() && System.nanoTime() < end) {
      try (Socket socket = new Socket(LOOPBACK, port)) {
        return;
      } catch (IOException e) {
        Thread.sleep(100);
      }
    }
    throw new AssertionError("nobody serves port " + port + "; " + log());
  }

  /** SIGKILL to a process and all that it started. */
  private static void kill(Process process) throws InterruptedException {
    List<ProcessHandle> started = process.descendants().toList();
    process.destroyForcibly().waitFor();
    started.forEach(ProcessHandle::destroyForcibly);
  }

  /** Kills a worker as soon as something of this name is in a folder below; fails if none came. */
  private void killWorkerAt(Process driver, Predicate<String> name)
      throws IOException, InterruptedException {
    while (driver.isAlive() && !exists(name)) {
      Thread.sleep(10);
    }
    assertThat(driver.isAlive()).as(log()).isTrue();
    kill(processes.get(1));
  }

  private boolean exists(Predicate<String> name) {
    try (Stream<Path> tree = Files.walk(root.resolve("out"))) {
      return tree.anyMatch(path -> name.test(path.getFileName().toString()));
    } catch (IOException | UncheckedIOException e) {
      return false; // Something was renamed meanwhile.
    }
  }

  private String log() throws IOException {
    StringBuilder all = new StringBuilder();
    for (String name : List.of("driver.log", "master.log", "worker-1.log", "worker-2.log")) {
      if (Files.exists(root.resolve(name))) {
        all.append(name).append(":\n").append(Files.readString(root.resolve(name)));
      }
    }
    return all.toString();
  }

  private void awaitEnd(Process driver) throws IOException, InterruptedException {
    assertThat(driver.waitFor(10, TimeUnit.MINUTES)).as(log()).isTrue();
    assertThat(driver.exitValue()).as(log()).isZero();
  }

  @Test
  void aKilledWorkerChangesNoByte() throws IOException, InterruptedException {
    Path logs = root.resolve("logs");
    WorldSpec spec =
        WorldSpec.of(
            WorldSpec.Preset.DEMO,
            new WorldSpec.Wishes(3_000, 500, null, 170_000L, 10.0, 400, null, null, 7L));
    new WorldWriter(World.of(spec), false, 2, Progress.NONE).write(logs, false);
    Path mapping = logs.resolve("mapping.yaml");
    Path expected = root.resolve("expected");
    new IngestJob(
            IngestOptions.of(LogFormat.CSV, logs, expected.resolve("dataset")).withMapping(mapping),
            Progress.NONE)
        .run();
    Path out = Files.createDirectories(root.resolve("out"));
    Process ingest =
        submit(
            IngestApplication.class,
            "--format",
            "csv",
            "--input",
            logs.toString(),
            "--mapping",
            mapping.toString(),
            "--parts",
            "60",
            "--out",
            out.resolve("dataset").toString());
    killWorkerAt(ingest, name -> name.matches("events-\\d+"));
    awaitEnd(ingest);
    SameBytes.require(out.resolve("dataset"), expected.resolve("dataset"));

    start(
        "worker-1",
        List.of(),
        "org.apache.spark.deploy.worker.Worker",
        List.of(
            "--host",
            LOOPBACK,
            "--cores",
            "1",
            "--memory",
            "1g",
            "--webui-port",
            "0",
            "--work-dir",
            root.resolve("worker-1").toString(),
            master));
    processes.set(1, processes.removeLast());
    Path model = root.resolve("model");
    try (Dataset dataset = Dataset.open(out.resolve("dataset"))) {
      ModelFixture.write(model, "encode", dataset, 3);
      Model loaded = Model.load(model);
      new ExtractionJob(
              dataset,
              loaded,
              ModelItems.of(loaded).table(),
              expected.resolve("store"),
              new ExtractionJob.Options(null, 2, false, 0))
          .run(Progress.NONE);
    }
    Process extract =
        submit(
            ExtractApplication.class,
            "--data",
            out.resolve("dataset").toString(),
            "--model",
            model.toString(),
            "--store",
            out.resolve("store").toString());
    killWorkerAt(extract, name -> name.matches("block-\\d+\\.bin"));
    awaitEnd(extract);
    SameBytes.require(out.resolve("store"), expected.resolve("store"));
  }
}
