package io.encodectr.bench.online;

import io.encodectr.dataset.Dataset;
import io.encodectr.file.FolderTree;
import io.encodectr.model.Model;
import io.encodectr.scoring.Arithmetic;
import io.encodectr.scoring.ScoringModel;
import io.encodectr.scoring.ScoringOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * What an online request costs on one core, all contenders in one interleaved run: each round is
 * one request, for the same user and the same candidates, to each of them in an order drawn anew,
 * and one run of the peak loop that the floor goes by. See docs/performance.md.
 */
@Command(
    name = "OnlineBenchmark",
    mixinStandardHelpOptions = true,
    description = "Times a request: our kernels for each method, ENCODE in other runtimes.")
public final class OnlineBenchmark implements Callable<Integer> {
  static final List<String> METHODS =
      List.of("din", "encode", "sim-hard", "eta", "sdim", "twin", "ubr4ctr", "din-l");

  private static final double TOLERANCE = 1e-4;

  /** Only a damaged one is further off. */
  private static final double INT8_TOLERANCE = 1;

  @Option(names = "--data", required = true, description = "The dataset.")
  private Path data;

  @Option(
      names = "--runs",
      description = "The folder runs of an experiment (default: models with random weights).")
  private @Nullable Path runs;

  @Option(names = "--model-seed", defaultValue = "1", description = "Which of its models.")
  private long modelSeed;

  @Option(names = "--seed", defaultValue = "1", description = "Of requests, order and weights.")
  private long seed;

  @Option(names = "--candidates", defaultValue = "3000", description = "Of a request.")
  private int candidates;

  @Option(names = "--history", defaultValue = "1000", description = "Behaviors of a user.")
  private int history;

  @Option(names = "--users", defaultValue = "32", description = "That take turns.")
  private int users;

  @Option(names = "--warm-up", defaultValue = "200", description = "Rounds that don't count.")
  private int warmUp;

  @Option(names = "--rounds", defaultValue = "500", description = "Rounds that count.")
  private int rounds;

  @Option(
      names = "--block",
      defaultValue = "3000",
      description = "Candidates that the other runtimes are given at once.")
  private int block;

  @Option(
      names = "--only",
      split = ",",
      description = "Contenders that are timed beside din (default: all); all are checked.")
  private List<String> only = new ArrayList<>();

  @Option(names = "--out", description = "A CSV file of every round's times.")
  private @Nullable Path out;

  /** Runs it. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new OnlineBenchmark()).execute(args));
  }

  @Override
  public Integer call() throws IOException {
    Path folder = Files.createTempDirectory("online-benchmark-");
    List<Contender> contenders = new ArrayList<>();
    try (Dataset dataset = Dataset.open(data)) {
      Map<String, Model> models =
          runs == null
              ? OnlineModels.random(folder, dataset, seed, METHODS)
              : OnlineModels.trained(runs, modelSeed, METHODS);
      List<OnlineRequest> requests = OnlineRequest.draw(dataset, users, history, candidates, seed);
      contenders.addAll(contenders(dataset, models));
      OnlineReport report = new OnlineReport(System.out, candidates);
      report.conditions(dataset, runs, history, rounds, block);
      check(contenders, requests, report);
      List<Contender> timed = contenders.stream().filter(this::isTimed).toList();
      List<Times> times = measure(timed, requests);
      report.table(timed, times);
      if (out != null) {
        OnlineReport.write(out, timed, times);
      }
    } finally {
      contenders.forEach(Contender::close);
      FolderTree.delete(folder);
    }
    return 0;
  }

  private boolean isTimed(Contender contender) {
    return only.isEmpty() || contender.name().equals("din") || only.contains(contender.name());
  }

  private List<Contender> contenders(Dataset dataset, Map<String, Model> models) {
    List<Contender> contenders = new ArrayList<>();
    models.forEach((method, model) ->
        contenders.add(new KernelContender(method, dataset, ScoringModel.of(model), history)));
    Model model = models.get("encode");
    KernelContender encode = (KernelContender) contenders.get(METHODS.indexOf("encode"));
    if (model == null) {
      throw new IllegalStateException("no model of encode");
    }
    ScoringOptions int8 = ScoringOptions.DEFAULT.with(Arithmetic.INT8);
    contenders.add(
        new KernelContender("encode int8", dataset, ScoringModel.of(model, int8), history));
    contenders.addAll(others(new EncodeTensors(dataset, encode.model()), encode, block));
    return contenders;
  }

  /** ENCODE in other runtimes. */
  static List<Contender> others(EncodeTensors tensors, KernelContender encode, int block) {
    long split = encode.multiplyAdds();
    long whole = split + (long) (tensors.userWidth + tensors.itemWidth) * tensors.first;
    return List.of(
        new OnnxContender(
            "encode ONNX Runtime whole", EncodeGraph.whole(tensors), tensors, whole, block),
        new OnnxContender(
            "encode ONNX Runtime split", EncodeGraph.split(tensors), tensors, split, block),
        new TorchContender("encode LibTorch whole", tensors, false, whole, block),
        new TorchContender("encode LibTorch split", tensors, true, split, block));
  }

  private static void check(
      List<Contender> contenders, List<OnlineRequest> requests, OnlineReport report) {
    List<OnlineRequest> some = requests.subList(0, Math.min(4, requests.size()));
    Contender encode = contenders.get(METHODS.indexOf("encode"));
    for (Contender other : contenders.subList(METHODS.size(), contenders.size())) {
      boolean exact = !(other instanceof KernelContender);
      double tolerance = exact ? TOLERANCE : INT8_TOLERANCE;
      report.agreement(other.name(), Agreement.require(encode, other, some, tolerance));
    }
    for (String method : List.of("din", "encode")) {
      if (contenders.get(METHODS.indexOf(method)) instanceof KernelContender kernel) {
        kernel.take(some.getFirst());
        report.active(method, ActiveInputs.of(kernel, some.getFirst()));
      }
    }
  }

  /** Times of each contender, and those of the peak loop last. */
  private List<Times> measure(List<Contender> contenders, List<OnlineRequest> requests) {
    List<Times> times = new ArrayList<>();
    for (int i = 0; i <= contenders.size(); i++) {
      times.add(new Times(Math.max(rounds, warmUp)));
    }
    Random random = new Random(seed);
    int[] order = new int[times.size()];
    Arrays.setAll(order, i -> i);
    float[] logits = new float[candidates];
    float sum = 0;
    for (int round = -warmUp; round < rounds; round++) {
      if (round == 0) {
        times.forEach(Times::reset);
      }
      OnlineRequest request = requests.get(Math.floorMod(round, requests.size()));
      shuffle(order, random);
      for (int i : order) {
        if (i == contenders.size()) {
          float factor = 0.5f + 1e-3f * Math.floorMod(round, 7);
          float[] last = new float[1];
          times.get(i).time(() -> last[0] = PeakArithmetic.run(OnlineReport.PEAK_STEPS, factor));
          sum += last[0];
        } else {
          Contender contender = contenders.get(i);
          contender.take(request);
          times.get(i).time(() -> contender.score(logits));
          sum += logits[0];
        }
      }
    }
    if (Float.isNaN(sum)) {
      throw new IllegalStateException("scores are not numbers");
    }
    return times;
  }

  private static void shuffle(int[] order, Random random) {
    for (int i = order.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int kept = order[i];
      order[i] = order[j];
      order[j] = kept;
    }
  }
}
