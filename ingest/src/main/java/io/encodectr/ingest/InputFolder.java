package io.encodectr.ingest;

import io.encodectr.file.InputException;
import io.encodectr.file.OutputFile;
import io.encodectr.log.InputFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/** Files by name in a folder or a zip; what is taken from a zip is extracted first. */
final class InputFolder {
  private final Path path;
  private final Path scratch;
  private final List<InputFile> used = new ArrayList<>();

  /**
   * A folder or zip.
   *
   * @param scratch existing folder for what is extracted
   */
  InputFolder(Path path, Path scratch) {
    this.path = path;
    this.scratch = scratch;
  }

  /** The first of these names that there is, or null. */
  @Nullable InputFile find(List<String> names) throws IOException {
    return Files.isDirectory(path) ? inFolder(names) : inZip(names);
  }

  /** The files the user gave: the zip, or the files found so far. */
  List<InputFile> used() {
    return Files.isDirectory(path) ? List.copyOf(used) : List.of(InputFile.at(path));
  }

  private @Nullable InputFile inFolder(List<String> names) {
    for (String name : names) {
      Path file = path.resolve(name);
      if (Files.isRegularFile(file)) {
        InputFile found = InputFile.at(file);
        used.add(found);
        return found;
      }
    }
    return null;
  }

  private @Nullable InputFile inZip(List<String> names) throws IOException {
    try (ZipFile zip = new ZipFile(path.toFile())) {
      for (String name : names) {
        Enumeration<? extends ZipEntry> entries = zip.entries();
        while (entries.hasMoreElements()) {
          ZipEntry entry = entries.nextElement();
          String entryName = entry.getName();
          if (!entry.isDirectory() && (entryName.equals(name) || entryName.endsWith("/" + name))) {
            Path file = scratch.resolve(name);
            extract(zip, entry, file);
            return InputFile.of(path + "!" + entryName, file.toString());
          }
        }
      }
      return null;
    } catch (ZipException e) {
      throw new InputException(path + " is no whole zip file: " + e.getMessage(), e);
    }
  }

  private static void extract(ZipFile zip, ZipEntry entry, Path file) throws IOException {
    byte[] bytes = new byte[1 << 16];
    try (InputStream in = zip.getInputStream(entry);
        OutputFile out = OutputFile.create(file)) {
      for (int n = in.read(bytes); n >= 0; n = in.read(bytes)) {
        out.put(bytes, 0, n);
      }
    }
  }
}
