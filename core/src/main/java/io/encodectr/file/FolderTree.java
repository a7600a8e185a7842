package io.encodectr.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** A folder with all that is in it. Links are never followed. */
public final class FolderTree {
  private static final int FORCING_THREADS = 8;

  private FolderTree() {}

  /** Forces every file to disk, several at a time, then every folder. */
  static void force(Path root) throws IOException {
    List<Path> files = new ArrayList<>();
    List<Path> folders = new ArrayList<>();
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (attributes.isRegularFile()) {
              files.add(file);
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure)
              throws IOException {
            folders.add(folder);
            return super.postVisitDirectory(folder, failure);
          }
        });
    forceFiles(files);
    for (Path folder : folders) {
      AtomicFile.syncFolder(folder);
    }
  }

  /** A file system commits the files of several waiting threads at once. */
  private static void forceFiles(List<Path> files) throws IOException {
    List<Future<?>> forced = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(FORCING_THREADS)) {
      for (Path file : files) {
        forced.add(
            threads.submit(() -> {
              try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.force(true);
              }
              return null;
            }));
      }
    }
    for (Future<?> each : forced) {
      if (each.state() == Future.State.FAILED) {
        throw new IOException(
            String.valueOf(each.exceptionNow().getMessage()), each.exceptionNow());
      }
    }
  }

  /** Deletes everything; a folder that is not there is no error. */
  public static void delete(Path root) throws IOException {
    if (!Files.exists(root, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure)
              throws IOException {
            Files.deleteIfExists(folder);
            return super.postVisitDirectory(folder, failure);
          }
        });
  }
}
