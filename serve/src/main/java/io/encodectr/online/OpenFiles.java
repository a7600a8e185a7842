package io.encodectr.online;

import com.sun.management.UnixOperatingSystemMXBean;
import io.encodectr.file.InputException;
import java.lang.management.ManagementFactory;

/** How many files this process may have open, where the system has such a limit. */
final class OpenFiles {
  /** Two listeners. */
  private static final int LISTENERS = 2;

  /** The event log's files, and those of models, stores and libraries. */
  private static final int BESIDES = 512 + 256;

  private OpenFiles() {}

  /**
   * Checks that a service does not run out of files while it has all of its connections: a listener
   * that cannot accept one ends.
   *
   * @param connections most of a listener
   * @throws InputException if it would
   */
  static void require(int connections) {
    if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix) {
      require(connections, unix.getMaxFileDescriptorCount());
    }
  }

  static void require(int connections, long limit) {
    long needed = (long) LISTENERS * connections + BESIDES;
    if (limit >= 0 && limit < needed) {
      throw new InputException(
          "%d connections need up to %d open files, and this process may have %d; raise it by `ulimit -n %d`, or give a smaller --max-connections"
              .formatted(connections, needed, limit, needed));
    }
  }
}
