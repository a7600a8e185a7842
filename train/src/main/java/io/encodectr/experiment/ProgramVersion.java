package io.encodectr.experiment;

import io.encodectr.file.Sha256;
import io.encodectr.model.CodeVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Which program makes the numbers: the version and a hash of the content of Encode's modules core
 * and train, of which all that trains and measures consists. The same classes give the same hash,
 * in a jar or a folder and whenever built. The report page is left out, for it shows numbers and
 * makes none.
 */
final class ProgramVersion {
  /** Where work was done before programs were told apart by content. */
  static final String UNKNOWN = CodeVersion.current();

  private static final int DIGITS = 12;

  private ProgramVersion() {}

  /** Such as {@code 0.1.0+3f9a1c20b7de}. Computed once. */
  static String current() {
    return Current.VERSION;
  }

  private static final class Current {
    static final String VERSION = compute();

    private static String compute() {
      try {
        List<Path> places = List.of(place(CodeVersion.class), place(ProgramVersion.class));
        return CodeVersion.current() + "+" + hash(places).substring(0, DIGITS);
      } catch (IOException e) {
        throw new UncheckedIOException("Encode's own jars cannot be read", e);
      }
    }

    private static Path place(Class<?> of) {
      try {
        URI uri = of.getProtectionDomain().getCodeSource().getLocation().toURI();
        return Path.of(uri);
      } catch (URISyntaxException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** The hash of the contents of jars or class folders, in hexadecimal digits. */
  static String hash(List<Path> places) throws IOException {
    Map<String, String> contents = new TreeMap<>();
    for (Path place : places) {
      if (Files.isDirectory(place)) {
        addFolder(place, contents);
      } else {
        addJar(place, contents);
      }
    }
    Sha256 all = new Sha256();
    contents.forEach((name, hash) -> all.update(name + ' ' + hash + '\n'));
    return all.hex();
  }

  private static boolean counts(String name) {
    return !name.startsWith("META-INF/") && !name.startsWith("io/encodectr/report/");
  }

  private static void addFolder(Path folder, Map<String, String> contents) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(folder)) {
      files = all.filter(Files::isRegularFile).toList();
    }
    for (Path file : files) {
      String name = folder.relativize(file).toString().replace('\\', '/');
      if (counts(name)) {
        contents.put(name, Sha256.of(file));
      }
    }
  }

  private static void addJar(Path jar, Map<String, String> contents) throws IOException {
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      List<ZipEntry> entries = new ArrayList<>();
      zip.stream().filter(entry -> !entry.isDirectory()).forEach(entries::add);
      for (ZipEntry entry : entries) {
        if (counts(entry.getName())) {
          try (InputStream in = zip.getInputStream(entry)) {
            contents.put(entry.getName(), new Sha256().update(in.readAllBytes()).hex());
          }
        }
      }
    }
  }
}
