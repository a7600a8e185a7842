package io.encodectr.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.encodectr.file.Safetensors.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputFileTest {
  private static final Path FULL = Path.of("/dev/full");

  @TempDir Path folder;

  @Test
  void numbersAreLittleEndianAndOverwritable() throws Exception {
    Path file = folder.resolve("x");
    try (OutputFile out = OutputFile.create(file)) {
      out.putInt(1);
      out.putLong(2);
      out.put(new byte[] {3});
      assertThat(out.position()).isEqualTo(13);
      out.overwrite(4, new byte[] {9});
      out.put((byte) 4);
      assertThat(out.position()).isEqualTo(14);
    }
    assertThat(Files.readAllBytes(file)).containsExactly(1, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 3, 4);
  }

  @Test
  void aFullDiskIsCalledByItsName() {
    assumeTrue(Files.isWritable(FULL), "needs /dev/full (Linux); the full disk is not tested");
    assertThatThrownBy(
            () -> {
              try (NpyWriter writer = NpyWriter.int32(FULL)) {
                writer.putAll(new int[300_000]);
              }
            })
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cannot write /dev/full")
        .hasMessageContaining("the disk is full")
        .hasMessageContaining("free some space")
        .hasNoSuppressedExceptions();
    assertThatThrownBy(
            () -> {
              try (NpyWriter writer = NpyWriter.int32(FULL)) {
                writer.put(1);
              }
            })
        .isInstanceOf(IOException.class)
        .hasMessageContaining("the disk is full");
    var tensors = new LinkedHashMap<String, Tensor>();
    tensors.put("a", Tensor.of(new float[1], 1));
    assertThatThrownBy(() -> Safetensors.write(FULL, tensors, Map.of()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("the disk is full");
  }

  @Test
  void aFolderThatIsNotThereIsNamed() {
    assertThatThrownBy(() -> OutputFile.create(folder.resolve("no/x")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no/x");
  }

  @Test
  void anAtomicFileIsWholeOrAbsent() throws Exception {
    Path file = folder.resolve("x");
    AtomicFile.write(file, new byte[] {1});
    try (AtomicFile out = AtomicFile.create(file)) {
      out.write(2);
    }
    assertThat(Files.readAllBytes(file)).containsExactly(1);
    AtomicFile.write(file, new byte[] {3});
    assertThat(Files.readAllBytes(file)).containsExactly(3);
    try (Stream<Path> entries = Files.list(folder)) {
      assertThat(entries).containsExactly(file);
    }
    assertThatThrownBy(() -> AtomicFile.create(folder.resolve("no/x")))
        .isInstanceOf(InputException.class);
  }
}
