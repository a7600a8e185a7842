package io.encodectr.experiment;

import io.encodectr.dataset.Dataset;
import io.encodectr.dataset.UserFraction;
import io.encodectr.file.InputException;
import io.encodectr.progress.Progress;
import io.encodectr.sequence.Method;
import io.encodectr.train.TrainOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs an experiment: chooses hyper-parameters by trials, trains every variant with every seed,
 * measures, and writes the results anew after each run. What an earlier process finished is taken
 * up, so a killed experiment goes on where it was.
 */
public final class Experiment {
  private static final Logger LOG = LoggerFactory.getLogger(Experiment.class);

  private final ExperimentOptions options;
  private final ExperimentPlan plan;
  private final Grid grid;
  private final Dataset dataset;
  private final OutputFolder out;
  private final Training training;
  private final OptionSheet sheet;
  private final Measurement measurement;
  private final Map<String, Choice> choices = new LinkedHashMap<>();
  private final Map<String, Object> environment;
  private final ProgramCount programs = new ProgramCount();
  private final Scoreboard board;
  private final ResultsFiles files;
  private @Nullable InferenceTimes times;
  private int done;
  private int planned;

  private Experiment(
      ExperimentOptions options,
      ExperimentPlan plan,
      Grid grid,
      Dataset dataset,
      OutputFolder out,
      Training training,
      List<String> leftOut)
      throws IOException {
    this.options = options;
    this.plan = plan;
    this.grid = grid;
    this.dataset = dataset;
    this.out = out;
    this.training = training;
    sheet = OptionSheet.of(grid, options);
    measurement = new Measurement(dataset, options.threads());
    environment = Provenance.environment(options.threads());
    byte[] labels = new byte[dataset.test().size()];
    int[] users = new int[labels.length];
    for (int s = 0; s < labels.length; s++) {
      labels[s] = (byte) dataset.test().label(s);
      users[s] = dataset.test().user(s);
    }
    board = new Scoreboard(labels, users);
    files = new ResultsFiles(options, plan, grid, dataset, out, board, choices, programs, leftOut);
  }

  /** Where trainings take place, given the dataset. */
  interface Place {
    Training of(Dataset dataset);
  }

  /**
   * Runs an experiment, each training in a process of its own.
   *
   * @return a summary by the names that scripts rely on
   * @throws InputException if something asked for is impossible, or the output folder holds other
   *     work
   */
  public static Map<String, Object> run(ExperimentOptions options, Progress progress)
      throws IOException {
    UserFraction fraction = new UserFraction(options.fraction());
    String program = ProgramVersion.current();
    Training child = new ChildTraining(options.data(), fraction, options.threads(), program);
    return run(options, dataset -> child, progress);
  }

  /** Runs an experiment whose trainings take place somewhere. */
  static Map<String, Object> run(ExperimentOptions options, Place place, Progress progress)
      throws IOException {
    Grid grid = Grid.read(options.grid(), PaperPlan.choosing());
    ExperimentPlan whole = options.plan(PaperPlan.Settled.of(grid));
    ExperimentPlan plan = whole.choosing(grid::has);
    List<String> leftOut = whole.choices().stream().filter(choice -> !grid.has(choice)).toList();
    if (plan.sections().isEmpty()) {
      throw new InputException(
          "the grid "
              + grid.source()
              + " has no trials for what this experiment compares: "
              + String.join(", ", whole.choices()));
    }
    requireValid(plan, grid, options);
    try (Dataset dataset = Dataset.open(options.data(), new UserFraction(options.fraction()));
        OutputFolder out = OutputFolder.open(options.out(), options.name())) {
      requireSamples(dataset);
      return new Experiment(options, plan, grid, dataset, out, place.of(dataset), leftOut)
          .run(progress);
    }
  }

  /** Refuses values of a sweep that no training takes, before hours of trials. */
  private static void requireValid(ExperimentPlan plan, Grid grid, ExperimentOptions options) {
    OptionSheet sheet = OptionSheet.of(grid, options);
    for (Variant variant : plan.variants()) {
      for (Trial trial : grid.trials(variant.choice())) {
        try {
          sheet.trial(variant, trial, options.epochs(), options.trialSeed());
        } catch (InputException e) {
          throw new InputException(
              variant.label()
                  + " cannot be trained: "
                  + e.getMessage()
                  + (options.values().isEmpty() ? "" : " (--values " + options.values() + ")"),
              e);
        }
      }
    }
  }

  private static void requireSamples(Dataset dataset) {
    int positives = 0;
    for (int s = 0; s < dataset.test().size(); s++) {
      positives += dataset.test().label(s);
    }
    int negatives = dataset.test().size() - positives;
    if (dataset.train().size() == 0 || positives < 2 || negatives < 2) {
      throw new InputException(
          dataset.path()
              + " cannot be compared on: "
              + dataset.train().size()
              + " training samples, and "
              + positives
              + " clicks among "
              + dataset.test().size()
              + " test samples, and two of each kind are the least; take a larger --fraction, or"
              + " another dataset");
    }
  }

  private Map<String, Object> run(Progress progress) throws IOException {
    long started = System.nanoTime();
    planned = plan.choices().size() * grid.size() + plan.variants().size() * options.seeds().size();
    try (Progress.Task task =
        progress.begin("Experiment " + plan.name(), samplesToDo(), "samples")) {
      for (Variant variant : PaperPlan.choosing()) {
        if (plan.choices().contains(variant.id())) {
          choose(variant, task);
        }
      }
      takeUpFinished();
      files.write(times, started, false);
      for (long seed : options.seeds()) {
        for (Variant variant : trainable()) {
          run(variant, seed, task);
          files.write(times, started, false);
        }
        time(task);
      }
    }
    files.write(times, started, true);
    return files.summary();
  }

  /** Training samples of all that is not yet done; runs may come out shorter. */
  private long samplesToDo() throws IOException {
    long whole = (long) dataset.train().size() * options.epochs();
    long samples = 0;
    for (Variant variant : PaperPlan.choosing()) {
      if (plan.choices().contains(variant.id())) {
        for (Trial trial : grid.trials(variant.id())) {
          // Opened, so that work of something else is refused before anything is done.
          RunFolder folder = open(out.trial(variant, trial), trialOptions(variant, trial));
          samples += folder.trained() || folder.failed() ? 0 : whole;
        }
      }
    }
    for (Variant variant : plan.variants()) {
      for (long seed : options.seeds()) {
        RunFolder folder = RunFolder.at(out.run(variant, seed));
        samples += folder.trained() || folder.failed() ? 0 : whole;
      }
    }
    return samples;
  }

  private void choose(Variant variant, Progress.Task task) throws IOException {
    List<Choice.Outcome> outcomes = new ArrayList<>();
    for (Trial trial : grid.trials(variant.id())) {
      TrainOptions asked = trialOptions(variant, trial);
      RunFolder folder = open(out.trial(variant, trial), asked);
      if (!folder.trained() && !folder.failed()) {
        train(folder, asked, variant.label() + ", trial " + trial.name(), task);
      }
      folder.deleteModel();
      programs.trial(folder.program(), folder.path());
      String failure = folder.failure();
      outcomes.add(
          failure == null
              ? Choice.Outcome.of(trial, folder.training())
              : Choice.Outcome.failed(trial, failure));
      done++;
    }
    Choice choice = Choice.of(outcomes);
    choices.put(variant.id(), choice);
    if (choice.failed()) {
      LOG.warn("{}: all {} trials failed", variant.label(), outcomes.size());
      return;
    }
    LOG.info(
        "{}: {}, {} epochs (validation AUC {})",
        variant.label(),
        choice.best().trial().name(),
        choice.best().epoch(),
        String.format(Locale.ROOT, "%.5f", choice.best().validationAuc()));
  }

  private TrainOptions trialOptions(Variant variant, Trial trial) {
    return sheet.trial(variant, trial, options.epochs(), options.trialSeed());
  }

  private RunFolder open(Path path, TrainOptions asked) throws IOException {
    return RunFolder.open(path, identity(asked), options.reuse());
  }

  private RunIdentity identity(TrainOptions asked) {
    return RunIdentity.of(dataset.info().fingerprint(), asked, environment);
  }

  /** The variants for which something could be chosen, in the order of training. */
  private List<Variant> trainable() {
    return plan.variants().stream()
        .filter(variant -> {
          Choice choice = choices.get(variant.choice());
          return choice != null && !choice.failed();
        })
        .toList();
  }

  /** The runs of earlier processes count from the first results on. */
  private void takeUpFinished() throws IOException {
    for (long seed : options.seeds()) {
      for (Variant variant : trainable()) {
        RunFolder folder = open(out.run(variant, seed), options(variant, seed));
        for (Row row : rows(variant)) {
          if (folder.failed() || (folder.trained() && folder.tested(row))) {
            put(folder, row, seed);
          }
        }
      }
    }
  }

  private TrainOptions options(Variant variant, long seed) {
    Choice choice = choices.get(variant.choice());
    if (choice == null) {
      throw new IllegalStateException("nothing was chosen for " + variant.id());
    }
    return sheet.run(variant, choice, seed);
  }

  /** All different ways in which a variant is measured; the plain one first. */
  private List<Row> rows(Variant variant) {
    SequencedMap<String, Row> rows = new LinkedHashMap<>();
    rows.put(variant.id(), Row.of(variant));
    for (Section section : plan.sections()) {
      for (Row row : section.rows()) {
        if (row.variant().id().equals(variant.id())) {
          rows.putIfAbsent(row.id(), row);
        }
      }
    }
    return List.copyOf(rows.values());
  }

  private void run(Variant variant, long seed, Progress.Task task) throws IOException {
    TrainOptions asked = options(variant, seed);
    RunFolder folder = open(out.run(variant, seed), asked);
    RunFolder ideal = ideal(asked, seed);
    boolean missing = false;
    for (Row row : rows(variant)) {
      missing |= !folder.tested(row);
    }
    missing |= ideal != null && !compared(folder, variant);
    boolean needed = kept(variant, seed) && !folder.hasModel();
    if (folder.failed()) {
      missing = false;
    } else if (!folder.trained() || ((missing || needed) && !folder.hasModel())) {
      if (folder.trained() && !folder.program().equals(ProgramVersion.current())) {
        // This program's model is not what that one measured.
        folder.restart(identity(asked));
        missing = true;
      }
      train(folder, asked, variant.label() + ", seed " + seed, task);
    }
    if (folder.failed()) {
      for (Row row : rows(variant)) {
        put(folder, row, seed);
      }
    } else if (missing) {
      task.note(note("measuring " + variant.label() + ", seed " + seed));
      // DIN-L is its own measure: its entropy is the floor of the indicator.
      RunFolder against = ideal == null || !ideal.hasModel() ? null : ideal;
      for (Row row : rows(variant)) {
        measurement.run(folder, row, row.fresh() ? against : null);
        put(folder, row, seed);
      }
    }
    if (!kept(variant, seed)) {
      folder.deleteModel();
    }
    done++;
  }

  /** The DIN-L run of a seed, if it is in the plan and looks at the same history. */
  private @Nullable RunFolder ideal(TrainOptions asked, long seed) {
    if (!plan.has(ExperimentPlan.IDEAL) || !Method.named(asked.method()).hasLong()) {
      return null;
    }
    Variant ideal =
        trainable().stream()
            .filter(variant -> variant.id().equals(ExperimentPlan.IDEAL))
            .findFirst()
            .orElse(null);
    if (ideal == null || options(ideal, seed).longLength() != asked.longLength()) {
      return null;
    }
    RunFolder folder = RunFolder.at(out.run(ideal, seed));
    return folder.failed() ? null : folder;
  }

  private static boolean compared(RunFolder folder, Variant variant) throws IOException {
    Row plain = Row.of(variant);
    return folder.tested(plain) && folder.results(plain).containsKey(Measurement.AGAINST);
  }

  /** Models that something may still ask for: DIN-L's, ENCODE's, and those that are timed. */
  private boolean kept(Variant variant, long seed) {
    return variant.id().equals(ExperimentPlan.IDEAL)
        || variant.id().equals(PaperPlan.ENCODE.id())
        || (seed == options.seeds().getFirst() && plan.timed().contains(variant.id()));
  }

  private void put(RunFolder folder, Row row, long seed) throws IOException {
    programs.run(folder.program(), folder.path());
    String failure = folder.failure();
    if (failure != null) {
      board.fail(row.id(), seed, failure);
      return;
    }
    Map<String, Object> found = new LinkedHashMap<>(folder.results(row));
    TrainingRecord record = folder.training();
    found.put("train_seconds", record.seconds());
    found.put("samples_per_second", record.samples() / Math.max(1e-9, record.seconds()));
    Long memory = record.peakMemoryBytes();
    if (memory != null) {
      found.put("peak_memory_bytes", memory);
    }
    board.put(row.id(), seed, found, () -> folder.scores(row));
  }

  private void train(RunFolder folder, TrainOptions asked, String what, Progress.Task task)
      throws IOException {
    task.note(note(what));
    long planned = (long) dataset.train().size() * options.epochs();
    Counted counted = new Counted(task, planned);
    training.train(folder, asked, counted::upTo);
    if (folder.failed()) {
      LOG.warn("{} failed: {}", what, folder.failure());
    }
    counted.upTo(planned);
  }

  private String note(String what) {
    return String.format(Locale.ROOT, "%s (%d of %d)", what, done + 1, planned);
  }

  /** Passes on how many samples are new, and never more than were planned. */
  private static final class Counted {
    private final Progress.Task task;
    private final long most;
    private long told;

    Counted(Progress.Task task, long most) {
      this.task = task;
      this.most = most;
    }

    void upTo(long samples) {
      long now = Math.min(most, samples);
      if (now > told) {
        task.advance(now - told);
        told = now;
      }
    }
  }

  /** Times all models of the first seed in one measurement, once they are all there. */
  private void time(Progress.Task task) throws IOException {
    if (times != null || plan.timed().isEmpty()) {
      return;
    }
    SequencedMap<String, Path> models = new LinkedHashMap<>();
    for (Variant variant : trainable()) {
      RunFolder folder = RunFolder.at(out.run(variant, options.seeds().getFirst()));
      if (plan.timed().contains(variant.id()) && folder.hasModel()) {
        models.put(variant.id(), folder.model());
      }
    }
    int candidates = options.candidates();
    int rounds = options.rounds();
    boolean mixed = options.reuse().mixedPrograms();
    times = InferenceTimes.kept(out.inference(), models, candidates, rounds, mixed);
    if (times == null && !models.isEmpty()) {
      task.note("timing requests");
      double warmUp = options.warmUpSeconds();
      times =
          InferenceTimes.measure(
              out.inference(), dataset, models, candidates, rounds, warmUp, Progress.NONE);
    }
  }
}
