package io.encodectr.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.encodectr.file.InputException;
import io.encodectr.file.Json;
import io.encodectr.train.TrainOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

class RunFolderTest {
  private static final Reuse NEITHER = new Reuse(false, false);
  private static final Reuse OVERWRITE = new Reuse(true, false);
  private static final Reuse MIXED = new Reuse(false, true);

  @TempDir Path temporary;

  private final RunIdentity asked =
      RunIdentity.of("data", TrainOptions.defaults("encode"), Map.of("threads", 2));

  private RunFolder open(Reuse reuse) throws IOException {
    return RunFolder.open(temporary.resolve("run"), asked, reuse);
  }

  private void trained(RunFolder folder) throws IOException {
    Json.write(
        folder.path().resolve(TrainingRecord.FILE), new TrainingRecord(1, 2, null, List.of()));
  }

  /** As a program before content hashes wrote it. */
  private void ofAnOldProgram(String version) throws IOException {
    Path file = temporary.resolve("run/identity.json");
    ObjectNode tree = (ObjectNode) Json.readTree(file);
    tree.put("code_version", version);
    tree.remove("environment");
    Json.write(file, tree);
  }

  @Test
  void workOfAnotherProgramIsRefusedKeptOrDoneAnew() throws IOException {
    trained(open(NEITHER));
    assertThat(open(NEITHER).trained()).isTrue();
    ofAnOldProgram("0.1.0-SNAPSHOT");
    assertThatThrownBy(() -> open(NEITHER))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("another program, 0.1.0-SNAPSHOT, and this is")
        .hasMessageContaining("--overwrite")
        .hasMessageContaining("--mixed-programs");
    assertThat(open(MIXED).trained()).isTrue();
    assertThat(open(MIXED).program()).isEqualTo("0.1.0-SNAPSHOT");
    assertThat(open(OVERWRITE).trained()).isFalse();
    assertThat(open(NEITHER).program()).isEqualTo(ProgramVersion.current());
  }

  @Test
  void whatAnotherProgramDidNotFinishIsDoneAnew() throws IOException {
    Files.writeString(open(NEITHER).path().resolve("half"), "checkpoint");
    ofAnOldProgram("0.1.0-SNAPSHOT");
    assertThat(open(MIXED).path().resolve("half")).doesNotExist();
    open(NEITHER).fail("not a number");
    ofAnOldProgram("0.1.0+ffffffffffff");
    assertThat(open(MIXED).failed()).isFalse();
  }

  @Test
  void mixedProgramsDoesNotMixOptions() throws IOException {
    trained(open(NEITHER));
    RunIdentity other =
        RunIdentity.of("data", TrainOptions.defaults("encode").with(Map.of("beta", 2)), Map.of());
    assertThatThrownBy(() -> RunFolder.open(temporary.resolve("run"), other, MIXED))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("beta was 20.0 and is now 2.0");
  }

  @Test
  void aFailureIsRememberedUntilTold() throws IOException {
    RunFolder folder = open(NEITHER);
    folder.fail("the loss is not a number");
    assertThat(open(NEITHER).failure()).isEqualTo("the loss is not a number");
    assertThat(open(MIXED).failed()).isTrue();
    assertThat(open(OVERWRITE).failed()).isFalse();
  }

  /** A process that ended while it deleted leaves no work that another identity could adopt. */
  @Test
  void whatHasLostItsIdentityIsThrownAway() throws IOException {
    trained(open(NEITHER));
    Files.delete(temporary.resolve("run/identity.json"));
    assertThat(open(NEITHER).trained()).isFalse();
    trained(open(NEITHER));
    Files.writeString(temporary.resolve("run/identity.json"), "{");
    assertThatThrownBy(() -> open(NEITHER)).hasMessageContaining("identity.json cannot be read");
    assertThat(open(OVERWRITE).trained()).isFalse();
    try (var left = Files.list(temporary)) {
      assertThat(left).containsExactly(temporary.resolve("run"));
    }
  }
}
