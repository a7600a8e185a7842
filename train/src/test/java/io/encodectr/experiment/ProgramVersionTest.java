package io.encodectr.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgramVersionTest {
  @TempDir Path temporary;

  @Test
  void theContentCountsAndNothingElse() throws IOException {
    Path folder = Files.createDirectories(temporary.resolve("classes/io/encodectr/report"));
    Path classes = temporary.resolve("classes");
    Files.writeString(classes.resolve("A.class"), "a");
    Files.writeString(folder.resolve("page.js"), "page");
    String before = ProgramVersion.hash(List.of(classes));
    Path jar = jar("one.jar", 1_000_000_000_000L, "a", "another page");
    assertThat(ProgramVersion.hash(List.of(jar))).as("a jar of the same").isEqualTo(before);
    assertThat(ProgramVersion.hash(List.of(jar("two.jar", 1_500_000_000_000L, "a", "page"))))
        .as("a jar built later")
        .isEqualTo(before);
    assertThat(ProgramVersion.hash(List.of(jar("three.jar", 1_000_000_000_000L, "b", "page"))))
        .as("other code")
        .isNotEqualTo(before);
    Files.writeString(folder.resolve("page.js"), "a nicer page");
    assertThat(ProgramVersion.hash(List.of(classes))).as("another page").isEqualTo(before);
    Files.writeString(classes.resolve("A.class"), "b");
    assertThat(ProgramVersion.hash(List.of(classes))).as("other classes").isNotEqualTo(before);
  }

  @Test
  void isOfThisProgram() {
    assertThat(ProgramVersion.current()).matches(".+\\+[0-9a-f]{12}");
  }

  private Path jar(String name, long time, String code, String page) throws IOException {
    Path jar = temporary.resolve(name);
    try (OutputStream out = Files.newOutputStream(jar);
        JarOutputStream zip = new JarOutputStream(out)) {
      for (List<String> each :
          List.of(
              List.of("META-INF/MANIFEST.MF", "made at " + time),
              List.of("A.class", code),
              List.of("io/encodectr/report/page.js", page))) {
        JarEntry entry = new JarEntry(each.getFirst());
        entry.setTime(time);
        zip.putNextEntry(entry);
        zip.write(each.getLast().getBytes());
        zip.closeEntry();
      }
    }
    return jar;
  }
}
