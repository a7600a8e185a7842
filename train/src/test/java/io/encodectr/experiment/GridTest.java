package io.encodectr.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.encodectr.file.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GridTest {
  @TempDir Path folder;

  private Grid read(String text) throws IOException {
    Path file = Files.writeString(folder.resolve("grid.yaml"), text);
    return Grid.read(file.toString(), PaperPlan.choosing());
  }

  @Test
  void trialsAreAllCombinations() throws IOException {
    Grid grid =
        read(
            """
            all: {batch_size: 32}
            methods:
            - names: [din-l, eta]
              axes:
              - [{learning_rate: 0.001}, {learning_rate: 0.003}]
              - [{long_relevance: dot}, {long_relevance: cosine, beta: 5}]
            """);
    assertThat(grid.trials("eta").stream().map(Trial::name))
        .containsExactly(
            "lr 0.001, long relevance dot",
            "lr 0.001, long relevance cosine, β 5",
            "lr 0.003, long relevance dot",
            "lr 0.003, long relevance cosine, β 5");
    assertThat(grid.has("encode")).isFalse();
    assertThat(grid.size()).isEqualTo(4);
    assertThat(grid.all()).containsEntry("batch_size", 32);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "grids: {} | grids",
        "methods: [{names: [dinn], axes: [[{l2: 0}]]}] | did you mean din?",
        "methods: [{names: [din, din], axes: [[{l2: 0}]]}] | din is listed twice",
        "methods: [{names: [din], axes: [[{l3: 0}]]}] | din: unknown training option l3",
        "methods: [{names: [din], axes: [[{l2: -1}]]}] | l2 must be 0 or a positive number",
        "methods: [{names: [din], axes: [[{seed: 2}]]}] | seed is the experiment's to set",
        "all: {metric_loss: mse} | metric_loss is what the experiment compares",
        "methods: [{names: [encode], axes: [[{clustering: random}]]}] | clustering is what the"
            + " experiment compares",
        "all: {epochs: 2} | epochs is the experiment's to set",
        "methods: [{names: [din], axes: [[]]}] | give no trials",
        "methods: [{names: [din], axes: [[{l2: 0}, {l2: 0}]]}] | the same one twice",
        "methods: [{names: [encode-mass], axes: [[{mass: none}]]}] | mass is what makes"
            + " encode-mass",
        "methods: [{names: [din], axes: []}, {names: [sdim], axes: [[{l2: 0}, {l2: 1}]]}] | give"
            + " every method as many",
        "all: {} | it has no trials",
        "[ | grid",
      })
  void saysWhatIsWrong(String text, String message) {
    assertThatThrownBy(() -> read(text))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("grid.yaml")
        .hasMessageContaining(message);
  }
}
