package io.encodectr.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.encodectr.file.InputException;
import io.encodectr.sequence.Method;
import io.encodectr.train.TrainOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PaperPlanTest {
  @TempDir Path folder;

  private final ExperimentPlan paper = PaperPlan.paper();

  private Section section(String id) {
    return paper.only(List.of(id)).sections().getFirst();
  }

  @Test
  void trainsWhatStandsInSeveralTablesOnce() {
    List<String> ids = paper.variants().stream().map(Variant::id).toList();
    assertThat(ids).doesNotHaveDuplicates().startsWith("din-l", "encode");
    Set<Object> trainings = new HashSet<>();
    for (Variant variant : paper.variants()) {
      assertThat(trainings.add(List.of(variant.method(), variant.options(), variant.choice())))
          .as("%s is a variant that another one is already", variant.id())
          .isTrue();
    }
    assertThat(
            paper.sections().stream()
                .filter(
                    section -> section.rows().stream().anyMatch(row -> row.id().equals("encode")))
                .map(Section::id))
        .contains("table2", "table3", "table5", "table6", "table7", "figure3a", "figure3b");
  }

  @Test
  void everyMethodIsCompared() {
    assertThat(paper.variants().stream().map(Variant::method)).containsAll(Method.names());
    assertThat(section("table2").rows().stream().map(Row::id))
        .contains("din", "avg-pooling", "din-l", "mimn", "sim-hard", "ubr4ctr", "eta", "twin")
        .contains("sdim", "encode", "encode-mass");
    assertThat(section("figure3a").rows().stream().map(Row::x))
        .containsExactly(10., 20., 30., 40., 50.);
    assertThat(section("figure3b").rows().stream().map(Row::x))
        .containsExactly(2., 4., 6., 8., 10., 12., 14., 16.);
  }

  @Test
  void everySectionHoldsItsReferenceAndEveryClaimIsAboutRows() {
    for (Section section : paper.sections()) {
      List<String> rows = section.rows().stream().map(Row::id).toList();
      assertThat(rows).as(section.id()).contains(section.reference());
      for (PaperClaim claim : PaperClaim.of(section.id())) {
        assertThat(rows).as(section.id()).contains(claim.row(), claim.other());
      }
    }
  }

  @Test
  void everyVariantIsAValidTraining() {
    for (Variant variant : paper.variants()) {
      TrainOptions asked = TrainOptions.defaults(variant.method()).with(variant.options());
      assertThat(asked.method()).isEqualTo(variant.method());
      assertThat(paper.choices()).contains(variant.choice());
    }
    assertThat(PaperPlan.choosing().stream().map(Variant::id)).containsAll(paper.choices());
  }

  @ParameterizedTest
  @ValueSource(strings = {"standard", "wide"})
  void ourGridsGiveEveryMethodAsManyTrials(String name) throws Exception {
    Grid grid = Grid.read(name, PaperPlan.choosing());
    for (String choice : paper.choices()) {
      assertThat(grid.trials(choice)).as(choice).hasSize(name.equals("wide") ? 6 : 4);
      assertThat(grid.trials(choice).stream().map(Trial::folder)).doesNotHaveDuplicates();
    }
  }

  @Test
  void ablationsTakeOverWhatWasChosenAndChangeOneThing() {
    Choice choice =
        Choice.of(
            List.of(
                new Choice.Outcome(
                    new Trial(Map.of("beta", 5, "learning_rate", 0.003)), 2, 0.7, null)));
    OptionSheet sheet = new OptionSheet(Map.of("batch_size", 256, "long_length", 200));
    TrainOptions whole = sheet.run(PaperPlan.ENCODE, choice, 9);
    assertThat(whole.epochs()).isEqualTo(2);
    assertThat(whole.validationShare()).isZero();
    assertThat(whole.seed()).isEqualTo(9);
    assertThat(whole.longLength()).isEqualTo(200);
    assertThat(PaperPlan.LEARNED_MASS.choice()).isEqualTo("encode");
    assertThat(section("extras").rows().stream().map(Row::id)).contains("encode-learned-mass");
    for (Variant variant : paper.variants()) {
      if (variant.method().equals("encode")) {
        assertThat(sheet.run(variant, choice, 9))
            .as(variant.id())
            .isEqualTo(whole.with(variant.options()));
      }
    }
    TrainOptions trial = sheet.trial(PaperPlan.ENCODE, new Trial(Map.of("beta", 20)), 3, 1);
    assertThat(trial.validationShare()).isEqualTo(0.1);
    assertThat(trial.earlyStop()).isFalse();
    assertThat(trial.epochs()).isEqualTo(3);
  }

  @Test
  void theProtocolSaysWhoseSettingsMassAwareFormsTake() {
    assertThat(Protocol.masses(paper)).hasSize(3);
    assertThat(Protocol.masses(paper.only(List.of("table2")))).isEmpty();
    assertThat(Protocol.masses(paper.choosing(choice -> choice.equals("encode"))))
        .containsExactly("ENCODE with learned mass takes over plain ENCODE's hyper-parameters.");
  }

  /** A point at K = 30 is plain ENCODE only where that has 30 clusters. */
  @Test
  void aPointOfASweepHasTheValueItStandsAt() throws Exception {
    for (String all : List.of("{}", "{clusters: 6, low_dimension: 8}")) {
      for (String axis : List.of("[{l2: 0}, {l2: 0.1}]", "[{clusters: 6}, {clusters: 30}]")) {
        Path file =
            Files.writeString(
                folder.resolve("grid.yaml"),
                "all: " + all + "\nmethods: [{names: [encode], axes: [" + axis + "]}]");
        Grid grid = Grid.read(file.toString(), PaperPlan.choosing());
        ExperimentPlan plan = PaperPlan.paper(PaperPlan.Settled.of(grid));
        for (Trial trial : grid.trials("encode")) {
          OptionSheet sheet = new OptionSheet(grid.all());
          for (Row row : plan.only(List.of("figure3a")).sections().getFirst().rows()) {
            assertThat((double) sheet.trial(row.variant(), trial, 1, 1).clusters())
                .as("%s in %s", row.id(), grid.asMap())
                .isEqualTo(row.x());
          }
          for (Row row : plan.only(List.of("figure3b")).sections().getFirst().rows()) {
            assertThat((double) sheet.trial(row.variant(), trial, 1, 1).lowDimension())
                .as("%s in %s", row.id(), grid.asMap())
                .isEqualTo(row.x());
          }
        }
      }
    }
  }

  @Test
  void aFailedTrialIsNeverChosen() {
    Choice.Outcome failed = Choice.Outcome.failed(new Trial(Map.of("l2", 0)), "not a number");
    Choice.Outcome fine = new Choice.Outcome(new Trial(Map.of("l2", 1)), 1, 0.6, null);
    assertThat(Choice.of(List.of(failed, fine)).best()).isEqualTo(fine);
    assertThat(Choice.of(List.of(failed, fine)).failed()).isFalse();
    assertThat(Choice.of(List.of(failed)).failed()).isTrue();
  }

  @Test
  void aChoiceOnTheEdgeOfTheGridIsTold() {
    Choice choice =
        Choice.of(
            List.of(
                new Choice.Outcome(new Trial(Map.of("learning_rate", 0.001)), 3, 0.6, null),
                new Choice.Outcome(new Trial(Map.of("learning_rate", 0.003)), 2, 0.7, null)));
    Map<String, String> labels = Map.of("encode", "ENCODE");
    assertThat(GridEdges.sentence(labels, Map.of("encode", choice), 3))
        .startsWith("On the edge of what was tried lie: lr 0.003, the largest (ENCODE).");
    assertThat(GridEdges.sentence(labels, Map.of("encode", choice), 2))
        .contains("the last of 2 epochs (ENCODE)");
    Choice inside =
        Choice.of(
            List.of(
                new Choice.Outcome(new Trial(Map.of("beta", 1)), 1, 0.6, null),
                new Choice.Outcome(new Trial(Map.of("beta", 2)), 1, 0.7, null),
                new Choice.Outcome(new Trial(Map.of("beta", 4)), 1, 0.6, null)));
    assertThat(GridEdges.sentence(labels, Map.of("encode", inside), 3)).isNull();
  }

  @Test
  void theEarlierTrialAndEpochWinTies() {
    TrainingRecord record =
        new TrainingRecord(
            1,
            10,
            null,
            List.of(
                new TrainingRecord.Epoch(1, 0.5, 0.6, 0.5),
                new TrainingRecord.Epoch(2, 0.4, 0.7, 0.5),
                new TrainingRecord.Epoch(3, 0.3, 0.7, 0.6)));
    Choice.Outcome first = Choice.Outcome.of(new Trial(Map.of("l2", 0)), record);
    assertThat(first.epoch()).isEqualTo(2);
    Choice.Outcome second = Choice.Outcome.of(new Trial(Map.of("l2", 1)), record);
    assertThat(Choice.of(List.of(first, second)).best()).isEqualTo(first);
    TrainingRecord blind =
        new TrainingRecord(1, 10, null, List.of(new TrainingRecord.Epoch(1, 0.5, null, null)));
    assertThatThrownBy(() -> Choice.Outcome.of(new Trial(Map.of()), blind))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("--fraction");
  }

  @Test
  void partsOfAPlan() {
    assertThat(paper.only(List.of("table4", "figure3a")).timed()).isEmpty();
    assertThat(paper.only(List.of("figure1")).timed()).hasSize(11);
    assertThatThrownBy(() -> paper.only(List.of("tabel2")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("did you mean table2?");
    ExperimentPlan few = paper.choosing(choice -> choice.equals("din"));
    assertThat(few.variants().stream().map(Variant::id)).containsExactly("din");
  }

  @Test
  void namesOfTrials() {
    Trial trial = new Trial(Map.of("learning_rate", 1e-5));
    assertThat(trial.name()).isEqualTo("lr 1e-5");
    assertThat(trial.folder()).isEqualTo("learning_rate-1.0E-5");
    assertThat(new Trial(Map.of()).folder()).isEqualTo("defaults");
  }
}
