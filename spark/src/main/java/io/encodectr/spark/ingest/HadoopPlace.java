package io.encodectr.spark.ingest;

import io.encodectr.file.InputException;
import io.encodectr.log.InputFile;
import io.encodectr.log.InputPlace;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** An input in any file system that Hadoop's classes read. */
final class HadoopPlace implements InputPlace {
  private final String name;
  private final Path input;
  private final FileSystem system;
  private final boolean folder;

  private HadoopPlace(String name, Path input, FileSystem system, boolean folder) {
    this.name = name;
    this.input = input;
    this.system = system;
    this.folder = folder;
  }

  /**
   * The file or folder at an address.
   *
   * @param input a path or a URI
   * @throws InputException if there is none
   */
  static HadoopPlace of(String input, Configuration configuration) throws IOException {
    String name = input.length() > 1 ? input.replaceFirst("/+$", "") : input;
    Path path = new Path(name);
    FileSystem system = path.getFileSystem(configuration);
    Path full = path.makeQualified(system.getUri(), system.getWorkingDirectory());
    try {
      return new HadoopPlace(name, full, system, system.getFileStatus(full).isDirectory());
    } catch (FileNotFoundException e) {
      throw new InputException(input + ": there is no such file or folder; check --input", e);
    }
  }

  @Override
  public boolean isFolder() {
    return folder;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public InputFile file() {
    return InputFile.of(name, input.toString());
  }

  @Override
  public InputFile file(String path) throws IOException {
    String place = folder ? name : besideFile();
    Path full = new Path(folder ? input : parent(), path);
    String called = path.startsWith("/") ? path : place + "/" + path;
    try {
      if (system.getFileStatus(full).isDirectory()) {
        throw new InputException(called + " is a folder where a file is expected");
      }
    } catch (FileNotFoundException e) {
      throw new InputException(called + ": there is no such file; check the path", e);
    }
    return InputFile.of(called, full.toString());
  }

  private Path parent() {
    Path parent = input.getParent();
    return parent == null ? input : parent;
  }

  /** What the local job calls the folder of a file: its absolute path. */
  private String besideFile() {
    return name.contains(":/") ? parent().toString() : parent().toUri().getPath();
  }

  @Override
  public List<InputFile> files() throws IOException {
    FileStatus[] entries = system.listStatus(input);
    Arrays.sort(
        entries,
        Comparator.comparing(
            entry -> entry.getPath().getName().getBytes(StandardCharsets.UTF_8),
            Arrays::compareUnsigned));
    List<InputFile> files = new ArrayList<>();
    for (FileStatus entry : entries) {
      if (entry.isFile()) {
        Path path = entry.getPath();
        files.add(InputFile.of(name + "/" + path.getName(), path.toString()));
      }
    }
    return files;
  }
}
