package io.encodectr.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.encodectr.dataset.Dataset;
import io.encodectr.dataset.DatasetFixture;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"din", "avg-pooling", "din-l", "encode"})
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
}
