package io.encodectr.experiment;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which programs did how much of an experiment. */
final class ProgramCount {
  private final Map<String, Set<Path>> trials = new LinkedHashMap<>();
  private final Map<String, Set<Path>> runs = new LinkedHashMap<>();

  void trial(String program, Path folder) {
    trials.computeIfAbsent(program, key -> new HashSet<>()).add(folder);
  }

  void run(String program, Path folder) {
    runs.computeIfAbsent(program, key -> new HashSet<>()).add(folder);
  }

  /** Whether more than one program had a part. */
  boolean mixed() {
    return asList().size() > 1;
  }

  /** {@code {version, trials, runs}} of each program. */
  List<Map<String, Object>> asList() {
    List<String> programs = new ArrayList<>(trials.keySet());
    runs.keySet().stream().filter(each -> !programs.contains(each)).forEach(programs::add);
    List<Map<String, Object>> list = new ArrayList<>();
    for (String program : programs) {
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("version", program);
      entry.put("trials", trials.getOrDefault(program, Set.of()).size());
      entry.put("runs", runs.getOrDefault(program, Set.of()).size());
      list.add(entry);
    }
    return list;
  }
}
