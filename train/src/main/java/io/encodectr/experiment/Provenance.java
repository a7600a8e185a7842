package io.encodectr.experiment;

import io.encodectr.dataset.Dataset;
import io.encodectr.dataset.DatasetInfo;
import io.encodectr.dataset.Samples;
import io.encodectr.evaluation.Auc;
import io.encodectr.kernel.Kernels;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** Where numbers come from: program, machine, data. */
final class Provenance {
  private static final String LIBTORCH = "/META-INF/maven/org.bytedeco/pytorch/pom.properties";
  private static final Path CPU = Path.of("/proc/cpuinfo");

  private Provenance() {}

  /** Everything but what changes while the experiment runs. */
  static Map<String, @Nullable Object> of(ExperimentOptions options, Grid grid, Dataset dataset)
      throws IOException {
    Map<String, @Nullable Object> all = new LinkedHashMap<>();
    all.put("command", options.command());
    all.put("typed", options.typed());
    all.put("code_version", ProgramVersion.current());
    all.put("java", java());
    all.put("jvm_options", ManagementFactory.getRuntimeMXBean().getInputArguments());
    all.put("threads", options.threads());
    all.put("libtorch", libtorch());
    all.put("kernels", Kernels.provider().equals("vector") ? "vector-256" : "scalar");
    all.put("machine", machine());
    all.put("dataset", data(dataset));
    all.put("seeds", options.seeds());
    all.put("trial_seed", options.trialSeed());
    all.put("fraction", options.fraction());
    all.put("epochs", options.epochs());
    all.put("grid", grid.asMap());
    return all;
  }

  /** Where a training takes place. */
  static Map<String, Object> environment(int threads) throws IOException {
    return Map.of(
        "java",
        java(),
        "threads",
        threads,
        "machine",
        cpu() + ", " + Runtime.getRuntime().availableProcessors() + " cores");
  }

  private static String java() {
    return System.getProperty("java.vm.name") + " " + Runtime.version();
  }

  private static @Nullable String libtorch() throws IOException {
    try (InputStream in = Provenance.class.getResourceAsStream(LIBTORCH)) {
      Properties properties = new Properties();
      if (in != null) {
        properties.load(in);
      }
      return properties.getProperty("version");
    }
  }

  private static Map<String, @Nullable Object> machine() throws IOException {
    Map<String, @Nullable Object> machine = new LinkedHashMap<>();
    machine.put("cpu", cpu());
    machine.put("cores", Runtime.getRuntime().availableProcessors());
    if (ManagementFactory.getOperatingSystemMXBean()
        instanceof com.sun.management.OperatingSystemMXBean system) {
      machine.put("memory_bytes", system.getTotalMemorySize());
    }
    machine.put("os", System.getProperty("os.name") + " " + System.getProperty("os.version"));
    return machine;
  }

  private static String cpu() throws IOException {
    if (Files.isReadable(CPU)) {
      for (String line : Files.readAllLines(CPU)) {
        if (line.startsWith("model name")) {
          return line.substring(line.indexOf(':') + 1).strip();
        }
      }
    }
    return System.getProperty("os.arch");
  }

  private static Map<String, @Nullable Object> data(Dataset dataset) {
    DatasetInfo info = dataset.info();
    BitSet users = new BitSet(dataset.users());
    double history = 0;
    for (Samples samples : new Samples[] {dataset.train(), dataset.test()}) {
      for (int s = 0; s < samples.size(); s++) {
        users.set(samples.user(s));
      }
    }
    Samples test = dataset.test();
    for (int s = 0; s < test.size(); s++) {
      history += test.historyEnd(s);
    }
    Map<String, @Nullable Object> data = new LinkedHashMap<>();
    data.put("path", dataset.path().toString());
    data.put("fingerprint", info.fingerprint());
    data.put("users", users.cardinality());
    data.put("items", info.items());
    data.put("behaviors", users.stream().mapToLong(dataset.behaviors()::length).sum());
    data.put("train_samples", info.trainSamples());
    data.put("test_samples", info.testSamples());
    data.put("mean_history", history / Math.max(1, test.size()));
    data.put("gauc_by", test.hasPageViews() ? "page_view" : "user");
    data.put("oracle_auc", oracle(test));
    return data;
  }

  private static @Nullable Double oracle(Samples test) {
    if (!test.hasProbability()) {
      return null;
    }
    float[] truth = new float[test.size()];
    byte[] labels = new byte[test.size()];
    for (int s = 0; s < truth.length; s++) {
      truth[s] = test.probability(s);
      labels[s] = (byte) test.label(s);
    }
    return Auc.of(truth, labels);
  }
}
