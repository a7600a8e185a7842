package io.encodectr.file;

import java.io.BufferedOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * A file that appears whole or not at all: written under a temporary name beside its target, forced
 * to disk and renamed by {@link #commit}. Closing without a commit deletes what was written and
 * leaves an older target as it was. Not thread-safe.
 */
public final class AtomicFile extends OutputStream {
  private static final int BUFFER = 1 << 16;

  private final Path folder;
  private final Path target;
  private final Path temporary;
  private final FileOutputStream file;
  private final BufferedOutputStream buffered;
  private boolean committed;

  private AtomicFile(Path folder, Path target, Path temporary, FileOutputStream file) {
    this.folder = folder;
    this.target = target;
    this.temporary = temporary;
    this.file = file;
    buffered = new BufferedOutputStream(file, BUFFER);
  }

  /**
   * Starts a file that will replace {@code target}.
   *
   * @throws InputException if the target's folder does not exist
   * @throws IOException if the temporary file cannot be made
   */
  public static AtomicFile create(Path target) throws IOException {
    Path absolute = target.toAbsolutePath();
    Path folder = absolute.getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw new InputException(
          "cannot write " + target + ": the folder " + folder + " is not there; create it first");
    }
    Path temporary =
        folder.resolve("." + absolute.getFileName() + "." + ProcessHandle.current().pid() + ".tmp");
    return new AtomicFile(folder, absolute, temporary, new FileOutputStream(temporary.toFile()));
  }

  /** Replaces {@code target} by {@code content}, whole or not at all. */
  public static void write(Path target, byte[] content) throws IOException {
    try (AtomicFile out = create(target)) {
      out.write(content);
      out.commit();
    }
  }

  @Override
  public void write(int value) throws IOException {
    try {
      buffered.write(value);
    } catch (IOException e) {
      throw WriteFailure.of(target, e);
    }
  }

  @Override
  public void write(byte[] bytes, int offset, int count) throws IOException {
    try {
      buffered.write(bytes, offset, count);
    } catch (IOException e) {
      throw WriteFailure.of(target, e);
    }
  }

  @Override
  public void flush() throws IOException {
    try {
      buffered.flush();
    } catch (IOException e) {
      throw WriteFailure.of(target, e);
    }
  }

  /** Forces the content to disk and puts it in the target's place. */
  public void commit() throws IOException {
    flush();
    try {
      file.getChannel().force(true);
      file.close();
      Files.move(
          temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw WriteFailure.of(target, e);
    }
    committed = true;
    syncFolder(folder);
  }

  /** Forces a folder's entries (a rename, a new file) to disk, where the platform can. */
  public static void syncFolder(Path folder) throws IOException {
    if (System.getProperty("os.name").startsWith("Windows")) {
      return; // Windows opens no folders; its renames are journaled.
    }
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  @Override
  public void close() throws IOException {
    if (!committed) {
      try {
        file.close();
      } finally {
        Files.deleteIfExists(temporary);
      }
    }
  }
}
