package io.encodectr.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.encodectr.file.InputException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainOptionsTest {
  @Test
  void defaultsAreThePapers() {
    TrainOptions options = TrainOptions.defaults("encode");
    assertThat(options.epochs()).isEqualTo(1);
    assertThat(options.learningRate()).isEqualTo(1e-4);
    assertThat(options.batchSize()).isEqualTo(1024);
    assertThat(options.tripletWeight()).isEqualTo(0.1);
    assertThat(options.clusters()).isEqualTo(30);
    assertThat(options.lowDimension()).isEqualTo(4);
    assertThat(options.iterations()).isEqualTo(15);
    assertThat(options.beta()).isEqualTo(20f);
    assertThat(options.longLength()).isEqualTo(1500);
    assertThat(options.recentLength()).isEqualTo(50);
    assertThat(options.rowSparse()).isTrue();
    assertThat(options.earlyStop()).isFalse();
  }

  @Test
  void mapsThereAndBack() {
    TrainOptions options =
        TrainOptions.defaults("din-l").with(Map.of("beta", 3.5, "seed", 1L << 60, "l2", 1e-9));
    assertThat(TrainOptions.defaults("encode").with(options.asMap())).isEqualTo(options);
  }

  @ParameterizedTest
  @CsvSource({
    "epoch, 1",
    "method, ncode",
    "epochs, 0",
    "epochs, many",
    "learning_rate, 0",
    "learning_rate, NaN",
    "beta, -1",
    "triplet_weight, -0.1",
    "clusters, 0",
    "low_dimension, 65",
    "recent_relevance, cos",
    "long_relevance, dot",
    "adam, sgd",
    "validation_share, 1",
    "recent_length, 2000",
    "min_count, 0"
  })
  void refusesWhatDoesNotFitAndNamesIt(String option, String value) {
    assertThatThrownBy(() -> TrainOptions.defaults("encode").with(Map.of(option, value)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(option);
  }

  @Test
  void earlyStopNeedsValidation() {
    assertThatThrownBy(() ->
            TrainOptions.defaults("din").with(Map.of("early_stop", true, "validation_share", 0)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("validation_share");
  }
}
