package io.encodectr.log;

import java.io.IOException;
import java.util.List;

/** What a user gave as the input: a file, or a folder of files, in some file system. */
public interface InputPlace {
  /** Whether it is a folder. */
  boolean isFolder();

  /** What messages call it. */
  String name();

  /** The input itself, if it is a file. */
  InputFile file() throws IOException;

  /**
   * A file by its path in the folder or, if the input is a file, in that file's folder.
   *
   * @throws io.encodectr.file.InputException if there is no readable file
   */
  InputFile file(String path) throws IOException;

  /** The files that are directly in the folder, in the order of their names' bytes. */
  List<InputFile> files() throws IOException;
}
