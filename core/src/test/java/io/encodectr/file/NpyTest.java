package io.encodectr.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NpyTest {
  private static final long SEED = 20_261_123;

  @TempDir Path folder;

  /** Byte for byte what NumPy 2.4.6 saved for the same arrays. */
  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "<i4, 3, 01000000feffffffffffff7f",
        "<i8, 2, 010000000000000000000000000000c0",
        "<f4, 2, 0000003f0000a0bf",
        "|u1, 2, 00ff",
        "<i4, 0, ''"
      })
  void theBytesAreNumpys(String type, int count, String data) throws Exception {
    String header =
        "\u0093NUMPY\u0001\u0000v\u0000{'descr': '"
            + type
            + "', 'fortran_order': False, 'shape': ("
            + count
            + ",), }";
    byte[] values = HexFormat.of().parseHex(data.replace("'", ""));
    byte[] expected = new byte[128 + values.length];
    Arrays.fill(expected, (byte) ' ');
    byte[] text = header.getBytes(StandardCharsets.ISO_8859_1);
    System.arraycopy(text, 0, expected, 0, text.length);
    expected[127] = '\n';
    System.arraycopy(values, 0, expected, 128, values.length);

    Path file = folder.resolve("x.npy");
    try (NpyWriter writer = writer(type, file)) {
      switch (type) {
        case "<i4" -> writer.putAll(count == 0 ? new int[0] : new int[] {1, -2, 2147483647});
        case "<i8" -> writer.putAll(1L, -(1L << 62));
        case "<f4" -> writer.putAll(0.5f, -1.25f);
        default -> {
          writer.put(0);
          writer.put(255);
        }
      }
    }
    assertThat(Files.readAllBytes(file)).isEqualTo(expected);
  }

  private static NpyWriter writer(String type, Path file) throws IOException {
    return switch (type) {
      case "<i4" -> NpyWriter.int32(file);
      case "<i8" -> NpyWriter.int64(file);
      case "<f4" -> NpyWriter.float32(file);
      default -> NpyWriter.uint8(file);
    };
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 7, 63, 65_503, 65_504, 65_505, 200_003})
  void columnsComeBackAtOddSizes(int size) throws Exception {
    Random random = new Random(SEED + size);
    int[] ints = random.ints(size).toArray();
    long[] longs = random.longs(size).toArray();
    float[] floats = new float[size];
    byte[] bytes = new byte[size];
    random.nextBytes(bytes);
    for (int i = 0; i < size; i++) {
      floats[i] = random.nextFloat() - 0.5f;
    }
    int half = size / 2;
    try (NpyWriter i = NpyWriter.int32(folder.resolve("i.npy"));
        NpyWriter l = NpyWriter.int64(folder.resolve("l.npy"));
        NpyWriter f = NpyWriter.float32(folder.resolve("f.npy"));
        NpyWriter b = NpyWriter.uint8(folder.resolve("b.npy"))) {
      for (int k = 0; k < half; k++) {
        i.put(ints[k]);
        l.put(longs[k]);
        f.put(floats[k]);
        b.put(bytes[k]);
      }
      i.putAll(ints, half, size - half);
      l.putAll(longs, half, size - half);
      f.putAll(floats, half, size - half);
      b.putAll(bytes, half, size - half);
      assertThat(i.count()).isEqualTo(size);
    }
    IntColumn i = IntColumn.map(folder.resolve("i.npy"));
    assertThat(i.size()).isEqualTo(size);
    assertThat(i.toArray()).isEqualTo(ints);
    assertThat(LongColumn.map(folder.resolve("l.npy")).toArray()).isEqualTo(longs);
    assertThat(FloatColumn.map(folder.resolve("f.npy")).toArray()).isEqualTo(floats);
    assertThat(ByteColumn.map(folder.resolve("b.npy")).toArray()).isEqualTo(bytes);
    for (int k = 0; k < size; k += Math.max(1, size / 97)) {
      assertThat(i.get(k)).isEqualTo(ints[k]);
    }
    if (size > 2) {
      int[] part = new int[size];
      i.copy(1, part, 2, size - 2);
      assertThat(Arrays.copyOfRange(part, 2, size))
          .isEqualTo(Arrays.copyOfRange(ints, 1, size - 1));
    }
  }

  @Test
  void columnsInMemoryReadLikeFiles() {
    assertThat(IntColumn.of(3, -4).get(1)).isEqualTo(-4);
    assertThat(LongColumn.of(3L, -4L).get(1)).isEqualTo(-4L);
    assertThat(FloatColumn.of(3f, -4f).get(1)).isEqualTo(-4f);
    assertThat(ByteColumn.of((byte) 3, (byte) -4).get(1)).isEqualTo((byte) -4);
    assertThat(IntColumn.of().size()).isZero();
  }

  @Test
  void indicesAreChecked() {
    IntColumn column = IntColumn.of(1, 2, 3);
    assertThatThrownBy(() -> column.get(3)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> column.get(-1)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> column.copy(2, new int[5], 0, 2))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void columnsMayBeLargerThanTwoGibibytes() throws Exception {
    Path file = folder.resolve("large.npy");
    long count = 700_000_000L;
    Files.write(file, NpyHeader.bytes("<i4", count));
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(128 + count * 4);
      sparse.seek(128 + (count - 1) * 4);
      sparse.write(new byte[] {42, 0, 0, 0});
    }
    try (Arena arena = Arena.ofShared()) {
      IntColumn column = IntColumn.map(file, arena);
      assertThat(column.size()).isEqualTo(count);
      assertThat(column.get(count - 1)).isEqualTo(42);
      int[] last = new int[3];
      column.copy(count - 3, last, 0, 3);
      assertThat(last).containsExactly(0, 0, 42);
      assertThat(column.get(count / 2)).isZero();
    } finally {
      Files.delete(file);
    }
  }

  @Test
  void aClosedArenaEndsItsColumns() throws Exception {
    Path file = ints(1, 2, 3);
    IntColumn column;
    try (Arena arena = Arena.ofShared()) {
      column = IntColumn.map(file, arena);
      assertThat(column.get(2)).isEqualTo(3);
    }
    assertThatThrownBy(() -> column.get(2)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void anUnfinishedColumnIsNoColumn() throws Exception {
    Path file = folder.resolve("x.npy");
    NpyWriter writer = NpyWriter.int32(file);
    writer.putAll(new int[100_000]);
    assertThatThrownBy(() -> IntColumn.map(file))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("x.npy");
    writer.close();
    writer.close();
    assertThat(IntColumn.map(file).size()).isEqualTo(100_000);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 5, 8, 9, 10, 60, 127, 128, 129, 139})
  void aFileCutOffAnywhereIsRefused(int length) throws Exception {
    Path file = ints(1, 2, 3);
    Files.write(file, Arrays.copyOf(Files.readAllBytes(file), length));
    refused(file, "--overwrite");
  }

  @Test
  void everyDamagedHeaderByteIsRefusedOrHarmless() throws Exception {
    Path file = ints(7, 8, 9);
    byte[] whole = Files.readAllBytes(file);
    for (int at = 0; at < 128; at++) {
      for (int flip : new int[] {1, 0x10, 0x80}) {
        byte[] damaged = whole.clone();
        damaged[at] ^= (byte) flip;
        Files.write(file, damaged);
        try {
          // Padding may change without harm; anything else must be noticed.
          assertThat(IntColumn.map(file).toArray()).as("byte " + at).containsExactly(7, 8, 9);
        } catch (InputException e) {
          assertThat(e).hasMessageContaining(file.toString());
        }
      }
    }
  }

  @Test
  void anotherTypeOrShapeIsRefused() throws Exception {
    Path file = ints(1, 2);
    assertThatThrownBy(() -> FloatColumn.map(file))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("<i4")
        .hasMessageContaining("<f4");
    header("{'descr': '<i4', 'fortran_order': False, 'shape': (1, 2), }");
    refused(file, "2 dimensions");
    header("{'descr': '>i4', 'fortran_order': False, 'shape': (2,), }");
    refused(file, ">i4");
  }

  @Test
  void aLengthThatCannotBeIsRefusedWithoutMemory() throws Exception {
    Path file = ints(1, 2);
    header("{'descr': '<i4', 'fortran_order': False, 'shape': (9223372036854775807,), }");
    refused(file, "9223372036854775807");
    header("{'descr': '<i4', 'fortran_order': False, 'shape': (4611686018427387904,), }");
    refused(file, "4611686018427387904");
    header("{'descr': '<i4', 'fortran_order': False, 'shape': (99999999999999999999,), }");
    refused(file, "shape");
    byte[] bytes = Files.readAllBytes(file);
    bytes[6] = 2;
    Arrays.fill(bytes, 8, 12, (byte) 0xff);
    Files.write(file, bytes);
    refused(file, "4294967295");
  }

  @Test
  void extraBytesAreRefused() throws Exception {
    Path file = ints(1, 2);
    Files.write(file, Arrays.copyOf(Files.readAllBytes(file), 128 + 9));
    refused(file, "9 bytes follow");
  }

  @Test
  void aMissingFileIsNamed() {
    refused(folder.resolve("none.npy"), "no such file");
  }

  @Test
  void wrongValuesAreProgrammingErrors() throws Exception {
    try (NpyWriter bytes = NpyWriter.uint8(folder.resolve("b.npy"));
        NpyWriter floats = NpyWriter.float32(folder.resolve("f.npy"))) {
      assertThatThrownBy(() -> bytes.put(256)).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> bytes.put(1L)).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> floats.put(1)).isInstanceOf(IllegalStateException.class);
      assertThat(bytes.count()).isZero();
    }
  }

  private Path ints(int... values) throws IOException {
    Path file = folder.resolve("x.npy");
    try (NpyWriter writer = NpyWriter.int32(file)) {
      writer.putAll(IntStream.of(values).toArray());
    }
    return file;
  }

  private void header(String text) throws IOException {
    byte[] bytes = Files.readAllBytes(folder.resolve("x.npy"));
    Arrays.fill(bytes, 10, 127, (byte) ' ');
    byte[] ascii = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(ascii, 0, bytes, 10, ascii.length);
    Files.write(folder.resolve("x.npy"), bytes);
  }

  private static void refused(Path file, String part) {
    assertThatThrownBy(() -> IntColumn.map(file))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining(part);
  }
}
