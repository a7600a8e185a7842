package io.encodectr.bench.growth;

import io.encodectr.file.FolderTree;
import io.encodectr.file.Json;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * All verbs, one after the other, on one world, each in a process of its own; scoring in a process
 * that answers many requests. A world is kept until another one is asked for.
 */
final class StageChain {
  private static final List<String> STAGES =
      List.of("ingest", "train encode", "train din-l", "extract", "evaluate", "score");

  /** Those that K changes. */
  private static final List<String> CLUSTERED =
      List.of("train encode", "extract", "evaluate", "score");

  private final Path encode;
  private final Path folder;
  private final GrowthFile file;
  private List<String> world = List.of();
  private double behaviorsOfUser;
  private long trainSamples;

  /**
   * A chain.
   *
   * @param encode the launcher
   * @param folder for worlds, models and messages
   */
  StageChain(Path encode, Path folder, GrowthFile file) {
    this.encode = encode;
    this.folder = folder;
    this.file = file;
  }

  /** Measures what is missing of a point; stages that only others' inputs come from run again. */
  void measure(GrowthPoint point) throws IOException {
    List<String> stages = point.axis().equals("clusters") ? CLUSTERED : STAGES;
    if (stages.stream().allMatch(stage -> file.has(point.axis(), point.x(), stage))) {
      return;
    }
    if (!point.world().equals(world) || stages.contains("ingest")) {
      makeWorld(point, stages);
    }
    FolderTree.delete(folder.resolve("encode"));
    FolderTree.delete(folder.resolve("din-l"));
    FolderTree.delete(folder.resolve("store"));
    train(point, "encode");
    if (stages.contains("train din-l") && !file.has(point.axis(), point.x(), "train din-l")) {
      train(point, "din-l");
    }
    MeasuredProcess extracted =
        encode(
            point,
            "extract",
            "--data",
            at("dataset"),
            "--model",
            at("encode"),
            "--store",
            at("store"));
    JsonNode result = extracted.result();
    double rate = result.get("users_per_second").asDouble();
    add(point, "extract", result.get("users").asLong(), "user", extracted, 1e6 / rate);
    MeasuredProcess evaluated =
        encode(point, "evaluate", "--data", at("dataset"), "--model", at("encode"));
    long samples = evaluated.result().get("samples").asLong();
    add(point, "evaluate", samples, "sample", evaluated, 1e6 * evaluated.seconds() / samples);
    score(point);
  }

  private void makeWorld(GrowthPoint point, List<String> stages) throws IOException {
    world = List.of();
    FolderTree.delete(folder.resolve("logs"));
    FolderTree.delete(folder.resolve("dataset"));
    List<String> generate = new ArrayList<>(List.of("generate", "--out", at("logs")));
    generate.addAll(point.world());
    long rows = encode(point, generate.toArray(String[]::new)).result().get("rows").asLong();
    MeasuredProcess ingested =
        encode(
            point,
            "ingest",
            "--format",
            "csv",
            "--input",
            at("logs"),
            "--mapping",
            at("logs/mapping.yaml"),
            "--samples-from",
            Long.toString(samplesFrom(point)),
            "--out",
            at("dataset"));
    JsonNode result = ingested.result();
    trainSamples = result.get("train_samples").asLong();
    behaviorsOfUser = result.get("behaviors").asDouble() / result.get("users").asDouble();
    world = point.world();
    if (stages.contains("ingest")) {
      add(point, "ingest", rows, "row", ingested, 1e6 * ingested.seconds() / rows);
    }
    FolderTree.delete(folder.resolve("logs"));
  }

  private long samplesFrom(GrowthPoint point) throws IOException {
    JsonNode period = Json.readTree(folder.resolve("logs").resolve("world.json")).get("period");
    long to = period.get("to").asLong();
    return to - Math.round(point.samplePart() * (to - period.get("samples_from").asLong()));
  }

  private void train(GrowthPoint point, String method) throws IOException {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "train",
                "--data",
                at("dataset"),
                "--method",
                method,
                "--epochs",
                "1",
                "--validation-share",
                "0",
                "--long-length",
                "0",
                "--out",
                at(method)));
    if (method.equals("encode")) {
      arguments.addAll(List.of("--clusters", Integer.toString(point.clusters())));
    }
    MeasuredProcess trained = encode(point, arguments.toArray(String[]::new));
    double rate = trained.result().get("samples_per_second").asDouble();
    add(point, "train " + method, trainSamples, "sample", trained, 1e6 / rate);
  }

  private void score(GrowthPoint point) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(ScoreLoop.class.getName(), at("encode"), at("store")));
    MeasuredProcess scored = MeasuredProcess.run(command, folder.resolve("messages"));
    double micros = scored.result().get("micros").asDouble();
    add(point, "score", ScoreLoop.CANDIDATES, "candidate", scored, micros / ScoreLoop.CANDIDATES);
  }

  private String at(String name) {
    return folder.resolve(name).toString();
  }

  private MeasuredProcess encode(GrowthPoint point, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(encode.toString()));
    command.addAll(List.of(arguments));
    command.addAll(List.of("--json", "--threads", Integer.toString(point.threads())));
    return MeasuredProcess.run(command, folder.resolve("messages"));
  }

  private void add(
      GrowthPoint point,
      String stage,
      long work,
      String unit,
      MeasuredProcess process,
      double micros)
      throws IOException {
    if (!file.has(point.axis(), point.x(), stage)) {
      double size = point.axis().equals("history") ? behaviorsOfUser : point.x();
      file.add(
          new Growth(
              point.axis(),
              point.x(),
              size,
              stage,
              work,
              unit,
              process.seconds(),
              micros,
              process.peakMegabytes(),
              process.anonymousMegabytes()));
    }
  }
}
