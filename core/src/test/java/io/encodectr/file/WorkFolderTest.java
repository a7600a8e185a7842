package io.encodectr.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkFolderTest {
  @TempDir Path root;

  @Test
  void committedFilesAppearAndNothingElse() throws Exception {
    Path target = root.resolve("deep/out");
    try (WorkFolder work = WorkFolder.create(target, false)) {
      Files.createDirectory(work.path().resolve("inner"));
      Files.writeString(work.path().resolve("inner/a"), "x");
      assertThat(target).doesNotExist();
      work.commit();
    }
    assertThat(target.resolve("inner/a")).hasContent("x");
    assertThat(list(target)).containsExactly(".encode", "inner");
    assertThat(list(root.resolve("deep"))).containsExactly("out");
  }

  @Test
  void aFailureLeavesNothingBehind() throws Exception {
    Path target = root.resolve("out");
    assertThatThrownBy(
            () -> {
              try (WorkFolder work = WorkFolder.create(target, false)) {
                Files.createDirectory(work.path().resolve("inner"));
                Files.writeString(work.path().resolve("inner/a"), "x");
                throw new IOException("no");
              }
            })
        .hasMessage("no");
    assertThat(list(root)).isEmpty();
  }

  @Test
  void anExistingFolderIsReplacedOnlyOnRequest() throws Exception {
    Path target = make("out", "old");
    assertThatThrownBy(() -> WorkFolder.create(target, false))
        .isInstanceOf(InputException.class)
        .hasMessage(target + " exists; --overwrite replaces it");
    try (WorkFolder work = WorkFolder.create(target, true)) {
      Files.writeString(work.path().resolve("b"), "new");
      assertThat(target.resolve("a")).hasContent("old");
      work.commit();
    }
    assertThat(list(target)).containsExactly(".encode", "b");
    assertThat(list(root)).containsExactly("out");
  }

  @Test
  void aFailedReplacementLeavesTheOldFolder() throws Exception {
    Path target = make("out", "old");
    try (WorkFolder work = WorkFolder.create(target, true)) {
      Files.writeString(work.path().resolve("a"), "new");
    }
    assertThat(target.resolve("a")).hasContent("old");
    assertThat(list(root)).containsExactly("out");
  }

  @Test
  void foldersOfOthersAreNeverReplaced() throws Exception {
    Path home = Files.createDirectory(root.resolve("home"));
    Files.writeString(home.resolve("thesis.txt"), "years");
    assertThatThrownBy(() -> WorkFolder.create(home, true))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("not made by encode");
    assertThat(home.resolve("thesis.txt")).hasContent("years");
    Path file = Files.writeString(root.resolve("file"), "x");
    assertThatThrownBy(() -> WorkFolder.create(file, true))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("is a file");
  }

  @Test
  void anEmptyFolderCountsAsAbsent() throws Exception {
    Path target = Files.createDirectory(root.resolve("out"));
    try (WorkFolder work = WorkFolder.create(target, false)) {
      work.commit();
    }
    assertThat(list(target)).containsExactly(".encode");
    assertThat(list(root)).containsExactly("out");
  }

  @Test
  void aTargetThatAppearsMeanwhileIsNotReplaced() throws Exception {
    Path target = root.resolve("out");
    try (WorkFolder work = WorkFolder.create(target, false)) {
      make("out", "another process's");
      assertThatThrownBy(work::commit).isInstanceOf(InputException.class);
    }
    assertThat(target.resolve("a")).hasContent("another process's");
    assertThat(list(root)).containsExactly("out");
  }

  @Test
  void whatAKilledProcessLeftIsClearedAndALivingOneIsNot() throws Exception {
    Path target = root.resolve("out");
    Path dead = Files.createDirectory(root.resolve(".out.work-dead"));
    Files.writeString(dead.resolve("half"), "x");
    Files.createFile(root.resolve(".out.work-dead.lock"));
    try (WorkFolder living = WorkFolder.create(target, false)) {
      assertThat(dead).doesNotExist();
      try (WorkFolder second = WorkFolder.create(target, false)) {
        assertThat(living.path()).isDirectory();
        assertThat(second.path()).isNotEqualTo(living.path());
      }
    }
    assertThat(list(root)).isEmpty();
  }

  @Test
  void anOldFolderReturnsIfTheProcessDiedBetweenTheRenames() throws Exception {
    Path target = make("out", "old");
    Files.move(target, root.resolve(".out.work-dead.old"));
    Files.createFile(root.resolve(".out.work-dead.lock"));
    assertThatThrownBy(() -> WorkFolder.create(target, false)).hasMessageContaining("exists");
    assertThat(target.resolve("a")).hasContent("old");
    assertThat(list(root)).containsExactly("out");
  }

  /** Begins a folder in a process of its own, says so and waits to be ended. */
  static final class Victim {
    public static void main(String[] args) throws Exception {
      WorkFolder work = WorkFolder.create(Path.of(args[0]), true);
      Files.writeString(work.path().resolve("half"), "x");
      // How far a replacement has come when the process is told to end.
      int renames = Integer.parseInt(args[1]);
      if (renames > 0) {
        Files.move(work.target(), Path.of(work.path() + ".old"));
      }
      if (renames > 1) {
        Files.move(work.path(), work.target());
      }
      System.out.println("begun");
      System.out.flush();
      Thread.sleep(60_000);
    }
  }

  @Test
  void aProcessToldToEndDeletesItsFolderAndAKilledOnesIsClearedLater() throws Exception {
    Path target = root.resolve("out");
    Process told = victim(target, 0);
    assertThat(list(root)).hasSize(2);
    told.destroy();
    assertThat(told.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(list(root)).isEmpty();

    Process killed = victim(target, 0);
    killed.destroyForcibly();
    assertThat(killed.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(list(root)).hasSize(2);
    WorkFolder.create(target, false).close();
    assertThat(list(root)).isEmpty();
  }

  @Test
  void aProcessToldToEndWhileItReplacesLeavesOneWholeFolder() throws Exception {
    Path target = make("out", "old");
    Process between = victim(target, 1);
    assertThat(target).doesNotExist();
    between.destroy();
    assertThat(between.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(target.resolve("a")).hasContent("old");
    assertThat(list(root)).containsExactly("out");

    Process after = victim(target, 2);
    after.destroy();
    assertThat(after.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(list(target)).containsExactly("half");
    assertThat(list(root)).containsExactly("out");
  }

  private static Process victim(Path target, int renames) throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Victim.class.getName(),
                target.toString(),
                Integer.toString(renames))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    assertThat(process.inputReader().readLine()).isEqualTo("begun");
    return process;
  }

  private Path make(String name, String content) throws IOException {
    Path folder = Files.createDirectory(root.resolve(name));
    Files.writeString(folder.resolve("a"), content);
    Files.writeString(folder.resolve(WorkFolder.MARK), "");
    return folder;
  }

  private static List<String> list(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
    }
  }
}
