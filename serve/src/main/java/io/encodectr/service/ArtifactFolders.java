package io.encodectr.service;

import io.encodectr.file.InputException;
import io.encodectr.generation.StoreLocation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * The folders that models and stores may be loaded from, and checkpoints written to, and the
 * servers of shared stores. Symbolic links are resolved before anything is compared, so none leads
 * out. Immutable and thread-safe.
 */
public final class ArtifactFolders {
  private final List<Path> roots;
  private final List<StoreLocation> servers;

  /**
   * @param roots the folders; empty: any
   * @throws InputException if one is not there
   */
  public ArtifactFolders(List<Path> roots) {
    this(roots, List.of());
  }

  /**
   * @param servers shared stores that may be used, too; no others are
   * @throws InputException if a folder is not there
   */
  public ArtifactFolders(List<Path> roots, List<StoreLocation> servers) {
    this.servers = servers;
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
   * An existing folder of a store as above, or a server that was named at the start. Whoever asks
   * need not know its password.
   *
   * @throws InputException if it is neither
   */
  public StoreLocation existing(StoreLocation store) {
    if (store.isFolder()) {
      return StoreLocation.of(existing(store.folder()));
    }
    return servers.stream()
        .filter(each -> each.toString().equals(store.toString()))
        .findFirst()
        .orElseThrow(() ->
            new InputException(
                store + " is not a store that the service was started with, so it is not asked"));
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
