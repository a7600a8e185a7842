package io.encodectr.bench.online;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.encodectr.dataset.Dataset;
import io.encodectr.dataset.DatasetFixture;
import io.encodectr.model.Model;
import io.encodectr.model.ModelFixture;
import io.encodectr.model.ModelSpec;
import io.encodectr.scoring.ScoringModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The benchmark compares like with like. */
class OnlineBenchmarkTest {
  private static final long SEED = Long.getLong("encode.test.seed", 20261123L);
  @TempDir private Path folder;
  private Dataset dataset;

  @BeforeEach
  void makeDataset() throws Exception {
    dataset = DatasetFixture.random(SEED, 30, 300, 200).open(folder.resolve("data"));
  }

  @AfterEach
  void closeDataset() {
    dataset.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {1000, 70, 17})
  void otherRuntimesComputeTheLogitsOfOurKernels(int block) throws Exception {
    KernelContender encode = contender("encode");
    List<OnlineRequest> requests = OnlineRequest.draw(dataset, 5, 120, 203, SEED);
    List<Contender> others =
        OnlineBenchmark.others(new EncodeTensors(dataset, encode.model()), encode, block);
    assertThat(others).hasSize(4);
    for (Contender other : others) {
      assertThat(Agreement.require(encode, other, requests, 1e-4))
          .as("%s, seed %d", other.name(), SEED)
          .isLessThan(1e-4);
      other.close();
    }
  }

  @Test
  void aHistoryOfFewerInterestsThanThereIsRoomForIsNoOtherThing() throws Exception {
    KernelContender encode = contender("encode");
    List<OnlineRequest> requests = OnlineRequest.draw(dataset, 3, 7, 50, SEED);
    for (Contender other :
        OnlineBenchmark.others(new EncodeTensors(dataset, encode.model()), encode, 50)) {
      assertThat(Agreement.require(encode, other, requests, 1e-4)).isLessThan(1e-4);
      other.close();
    }
  }

  @Test
  void contendersThatDifferAreRefused() throws Exception {
    KernelContender encode = contender("encode");
    ModelFixture.write(folder.resolve("other"), "encode", dataset, SEED + 1);
    ScoringModel other = ScoringModel.of(Model.load(folder.resolve("other")));
    KernelContender wrong = new KernelContender("another model", dataset, other, 100);
    List<OnlineRequest> requests = OnlineRequest.draw(dataset, 2, 100, 20, SEED);
    assertThatThrownBy(() -> Agreement.require(encode, wrong, requests, 1e-4))
        .hasMessageContaining("another model")
        .hasMessageContaining("times of different things");
  }

  @Test
  void requestsHaveTheLengthAskedForAndBeginWithOthersWhereAHistoryIsShort() {
    List<OnlineRequest> requests = OnlineRequest.draw(dataset, 4, 250, 30, SEED);
    assertThat(requests).hasSize(4);
    for (OnlineRequest request : requests) {
      int known = dataset.test().historyEnd(request.sample());
      int user = dataset.test().user(request.sample());
      int[] own = new int[known];
      dataset.behaviors().items(user, 0, known, own, 0);
      assertThat(request.history()).hasSize(250).endsWith(own);
      assertThat(request.candidates()).hasSize(30);
    }
  }

  @Test
  void countsWhatTheIssueCounts() throws Exception {
    // 50·32·2 + 64·200 + 200·80 + 80, and 30·32·2 + 64·200 more.
    assertThat(contender("din").multiplyAdds()).isEqualTo(32_080);
    assertThat(contender("encode").multiplyAdds()).isEqualTo(46_800);
    assertThat(contender("din-l").multiplyAdds()).isEqualTo(32_080 + 1000 * 64 + 12_800);
  }

  @Test
  void activeInputsAreThoseAboveZero() throws Exception {
    KernelContender encode = contender("encode");
    OnlineRequest request = OnlineRequest.draw(dataset, 1, 100, 60, SEED).getFirst();
    encode.take(request);
    ActiveInputs active = ActiveInputs.of(encode, request);
    assertThat(active.ofCandidate()).isBetween(0.2, 0.8);
    assertThat(active.ofBlock()).isBetween(active.ofCandidate(), 1.0);
  }

  @Test
  void runsFromTheCommandLine() throws Exception {
    Path csv = folder.resolve("times.csv");
    int code =
        new CommandLine(new OnlineBenchmark())
            .execute(
                "--data",
                folder.resolve("data").toString(),
                "--candidates",
                "100",
                "--history",
                "150",
                "--warm-up",
                "1",
                "--rounds",
                "3",
                "--out",
                csv.toString());
    assertThat(code).isZero();
    List<String> lines = Files.readAllLines(csv);
    assertThat(lines).hasSize(1 + 3 * (OnlineBenchmark.METHODS.size() + 5 + 1));
    assertThat(lines.get(1)).matches("\"din\",0,[0-9.]+,[0-9.]+");
  }

  private KernelContender contender(String method) throws Exception {
    Path path = folder.resolve(method);
    ModelSpec spec = ModelFixture.spec(method, dataset);
    if (!Files.exists(path)) {
      ModelFixture.write(path, spec, dataset, SEED);
    }
    ScoringModel model = ScoringModel.of(Model.load(path));
    return new KernelContender(method, dataset, model, 1000);
  }
}
