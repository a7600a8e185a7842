package io.encodectr.service;

import io.encodectr.file.InputException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * The folders that models and stores may be loaded from, and checkpoints written to. Symbolic links
 * are resolved before anything is compared, so none leads out. Immutable and thread-safe.
 */
public final class ArtifactFolders {
  private final List<Path> roots;

  /**
   * @param roots the folders; empty: any
   * @throws InputException if one is not there
   */
  public ArtifactFolders(List<Path> roots) {
    this.roots = roots.stream().map(ArtifactFolders::root).distinct().toList();
  }

  private static Path root(Path folder) {
    try {
      return folder.toRealPath();
    } catch (IOException e) {
      throw new InputException(
          "there is no folder " + folder + ", which may hold models and stores; make it first", e);
    }
  }

  /**
   * An existing folder that lies in one of the roots.
   *
   * @return its real path
   * @throws InputException if it is not there, or lies outside
   */
  public Path existing(Path folder) {
    Path real;
    try {
      real = folder.toRealPath();
    } catch (IOException e) {
      throw new InputException("there is no folder " + folder, e);
    }
    if (roots.isEmpty() || roots.stream().anyMatch(real::startsWith)) {
      return real;
    }
    throw new InputException(
        folder
            + " lies outside the folders that may hold models and stores; start the service with"
            + " --artifacts to name another");
  }

  /**
   * A folder to be made in one that lies in one of the roots.
   *
   * @throws InputException as {@link #existing}
   */
  public Path toBeMade(Path folder) {
    Path absolute = folder.toAbsolutePath().normalize();
    Path parent = absolute.getParent();
    Path name = absolute.getFileName();
    if (parent == null || name == null) {
      throw new InputException(folder + " cannot be made");
    }
    return existing(parent).resolve(name);
  }
}
