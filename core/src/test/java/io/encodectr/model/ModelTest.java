package io.encodectr.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.encodectr.dataset.Dataset;
import io.encodectr.dataset.DatasetFixture;
import io.encodectr.dataset.Schema;
import io.encodectr.file.InputException;
import io.encodectr.file.Safetensors;
import io.encodectr.file.Sha256;
import io.encodectr.file.WorkFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "din",
        "avg-pooling",
        "din-l",
        "encode",
        "sim-hard",
        "eta",
        "eta-encode",
        "eta-ta",
        "sdim"
      })
  void whatIsWrittenIsLoaded(String method) throws Exception {
    try (Dataset dataset = DatasetFixture.random(1, 20, 30, 15).open(folder.resolve("data"))) {
      dataset.check();
      ModelSpec written = ModelFixture.write(folder.resolve("model"), method, dataset, 7);
      Model model = Model.load(folder.resolve("model"));
      assertThat(model.spec()).isEqualTo(written);
      assertThat(model.fingerprint()).isEqualTo(written.fingerprint()).hasSize(64);
      ModelFixture.tensors(written, 7)
          .forEach((name, tensor) -> assertThat(model.weights(name)).isEqualTo(tensor.values()));
      assertThat(model.items()).isEqualTo(30);
      assertThat(model.itemIds().indexOf("i17")).isEqualTo(17);
      assertThat(model.itemRow(9)).isZero();
      assertThat(model.itemRow(10)).isEqualTo(11);
      assertThat(model.itemName(3)).isEqualTo("Item number 3");
      assertThat(model.userCode(0, "v4")).isEqualTo(4);
      assertThat(model.userCode(0, "nowhere")).isEqualTo(-1);
      assertThat(model.contextCode(0, "23")).isEqualTo(23);
      assertThat(model.contextCode(0, "24")).isEqualTo(-1);
      assertThat(model.contextCode(2, "v2")).isEqualTo(2);
      for (int i = 0; i < 30; i++) {
        assertThat(model.itemFeatures().code(1, i)).isEqualTo(dataset.itemFeatures().code(1, i));
      }
    }
  }

  @Test
  void theFingerprintCoversWhatChangesAScore() {
    ModelSpec spec = LayoutTest.spec("encode", Schema.EMPTY);
    assertThat(LayoutTest.spec("encode", Schema.EMPTY).fingerprint()).isEqualTo(spec.fingerprint());
    assertThat(LayoutTest.spec("din-l", Schema.EMPTY).fingerprint())
        .isNotEqualTo(spec.fingerprint());
    assertThat(spec.withWeights("other").fingerprint()).isNotEqualTo(spec.fingerprint());
  }

  @Test
  void aFinishedTrainingChangesFactsAndMetricsAlone() {
    ModelSpec spec = LayoutTest.spec("encode", Schema.EMPTY).withWeights("w");
    ModelSpec done = spec.finished(Map.of("steps", 3), Map.of("validation_auc", 0.7));
    assertThat(done.training()).isEqualTo(Map.of("steps", 3));
    assertThat(done.metrics()).isEqualTo(Map.of("validation_auc", 0.7));
    assertThat(done.fingerprint()).isEqualTo(spec.fingerprint());
    assertThat(done.finished(spec.training(), spec.metrics())).isEqualTo(spec);
  }

  @Test
  void damagedModelsAreRefusedByName() throws Exception {
    Path path = folder.resolve("model");
    try (Dataset dataset = DatasetFixture.random(1, 20, 30, 15).open(folder.resolve("data"))) {
      ModelFixture.write(path, "encode", dataset, 7);
    }
    Path weights = path.resolve("weights.safetensors");
    byte[] bytes = Files.readAllBytes(weights);
    byte[] flipped = bytes.clone();
    flipped[bytes.length - 7] ^= 1;
    Files.write(weights, flipped);
    refused(path, "weights.safetensors", "checksum");
    Files.write(weights, Arrays.copyOf(bytes, bytes.length - 4));
    refused(path, "weights.safetensors", "bytes");
    Files.delete(weights);
    refused(path, "weights.safetensors", "no such file");
    Files.write(weights, bytes);

    Path json = path.resolve("model.json");
    String text = Files.readString(json);
    Files.writeString(json, text.replace("\"beta\" : 20.0", "\"beta\" : 21.0"));
    refused(path, "model.json", "fingerprint");
    Files.writeString(json, text.replace("\"format\" : 1", "\"format\" : 9"));
    refused(path, "model.json", "train it again");
    Files.writeString(json, text.replace("\"beta\"", "\"betta\" : 1, \"beta\""));
    refused(path, "model.json", "betta");
    Files.writeString(json, text.replace("\"dimension\" : 32", "\"dimension\" : 36"));
    refused(path, "model.json", "dimension is 36", "multiple of 8");
    Files.writeString(json, text.replace("\"low_dimension\" : 4", "\"low_dimension\" : 65"));
    refused(path, "model.json", "low_dimension is 65");
    Files.writeString(json, text.replaceFirst("\\b200, 80\\b", "200, 81"));
    refused(path, "model.json", "layer is 81");
    Files.writeString(json, text.replaceFirst("\\b200, 80\\b", "200"));
    refused(path, "model.json", "hidden layers is 1");
    Files.writeString(json, text.replace("\"dot\"", "\"dott\""));
    refused(path, "model.json", "dott");
    Files.writeString(json, text);

    Path row = path.resolve("items/row.npy");
    byte[] rows = Files.readAllBytes(row);
    byte[] wrong = rows.clone();
    wrong[128] = 99;
    Files.write(row, wrong);
    refused(path, "row.npy", "99");
    Files.write(row, rows);
    Model.load(path);
  }

  @Test
  void weightsOfAnotherShapeOrNotFiniteAreRefused() throws Exception {
    Path path = folder.resolve("model");
    try (Dataset dataset = DatasetFixture.random(1, 20, 30, 15).open(folder.resolve("data"))) {
      ModelSpec spec = ModelFixture.spec("encode", dataset);
      ModelFixture.write(path, spec, dataset, 7);
      var tensors = ModelFixture.tensors(spec, 7);
      tensors.get("projection").values()[5] = Float.NaN;
      replaceWeights(path, tensors);
      refused(path, "projection", "NaN");
      int[] rows = ModelFixture.itemRows(30);
      assertThatThrownBy(
              () -> {
                try (WorkFolder work = WorkFolder.create(folder.resolve("m2"), false)) {
                  ModelWriter.write(work, spec, tensors, dataset, rows, List.of());
                }
              })
          .isInstanceOf(InputException.class)
          .hasMessageContaining("NaN");
      tensors.put("projection", Safetensors.Tensor.of(new float[128], 4, 32));
      replaceWeights(path, tensors);
      refused(path, "projection", "[32, 4]");
      tensors.remove("projection");
      replaceWeights(path, tensors);
      refused(path, "projection", "missing");
    }
  }

  private static void replaceWeights(
      Path path, java.util.SequencedMap<String, Safetensors.Tensor> tensors) throws Exception {
    Path weights = path.resolve("weights.safetensors");
    Safetensors.write(weights, tensors, Map.of());
    ModelSpec.read(path).withWeights(Sha256.of(weights)).write(path);
  }

  private static void refused(Path path, String... parts) {
    assertThatThrownBy(() -> Model.load(path))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(path.toString())
        .hasMessageContainingAll(parts);
  }
}
