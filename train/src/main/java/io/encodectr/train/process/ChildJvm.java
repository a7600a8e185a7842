package io.encodectr.train.process;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Starts JVMs as this one was started, with its options and class path. A child ends when its
 * parent does, however that ends: it watches its standard input, to which nothing is ever written.
 */
public final class ChildJvm {
  private ChildJvm() {}

  /**
   * Starts a child.
   *
   * @param main its entry, which calls {@link #endWithParent} first
   * @param log file for what it prints
   */
  public static Process start(Class<?> main, List<String> arguments, Path log) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    for (String argument : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      // Debuggers and profilers of this process are not for its children.
      if (!argument.startsWith("-agent") && !argument.startsWith("-javaagent")) {
        command.add(argument);
      }
    }
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(main.getName());
    command.addAll(arguments);
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start();
  }

  /** Lets this process, a child, end with its parent. */
  public static void endWithParent() {
    Thread.ofPlatform().daemon().start(ChildJvm::awaitEnd);
  }

  private static void awaitEnd() {
    try {
      while (System.in.read() >= 0) {
        // Nothing is expected.
      }
    } catch (IOException e) {
      // As good as an end.
    }
    Runtime.getRuntime().halt(1);
  }
}
