package io.encodectr.cli;

import java.util.Objects;
import picocli.CommandLine.IVersionProvider;

/** The version of the build and of the JVM it runs on. */
final class BuildVersion implements IVersionProvider {
  @Override
  public String[] getVersion() {
    return new String[] {
      "encode "
          + version()
          + " (JDK "
          + Runtime.version()
          + ", "
          + System.getProperty("os.arch")
          + ")"
    };
  }

  /** The project's version, or "unpackaged" when the classes do not come from a jar. */
  static String version() {
    return Objects.requireNonNullElse(
        BuildVersion.class.getPackage().getImplementationVersion(), "unpackaged");
  }
}
