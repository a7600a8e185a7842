package io.encodectr.log;

import io.encodectr.file.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** An input on this machine. */
public final class LocalPlace implements InputPlace {
  private final Path input;
  private final Path folder;

  /**
   * The file or folder at a path.
   *
   * @throws InputException if there is none
   */
  public LocalPlace(Path input) {
    if (!Files.exists(input)) {
      throw new InputException(input + ": there is no such file or folder; check --input");
    }
    this.input = input;
    Path parent = input.toAbsolutePath().getParent();
    folder = Files.isDirectory(input) || parent == null ? input : parent;
  }

  @Override
  public boolean isFolder() {
    return Files.isDirectory(input);
  }

  @Override
  public String name() {
    return input.toString();
  }

  @Override
  public InputFile file() {
    return InputFile.at(input);
  }

  @Override
  public InputFile file(String path) {
    return InputFile.at(folder.resolve(path));
  }

  @Override
  public List<InputFile> files() throws IOException {
    try (Stream<Path> entries = Files.list(input)) {
      return entries
          .filter(Files::isRegularFile)
          .sorted()
          .map(path -> InputFile.of(path.toString(), path.toString()))
          .toList();
    }
  }
}
