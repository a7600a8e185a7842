package io.encodectr.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.encodectr.file.Safetensors.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.SequencedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsTest {
  private static final long SEED = 4711;

  @TempDir Path folder;

  private final SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();

  @Test
  void theBytesAreThoseOfTheFormat() throws Exception {
    tensors.put("b", Tensor.of(new float[] {1f, -2f}, 2, 1));
    tensors.put("a", Tensor.of(new float[] {0.5f}, 1));
    Path file = write(Map.of("made", "by hand"));
    String header =
        "{\"__metadata__\":{\"made\":\"by hand\"},"
            + "\"b\":{\"dtype\":\"F32\",\"shape\":[2,1],\"data_offsets\":[0,8]},"
            + "\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[8,12]}}";
    String padded = header + " ".repeat((8 - header.length() % 8) % 8);
    byte[] bytes = Files.readAllBytes(file);
    assertThat(bytes[0] & 0xff).isEqualTo(padded.length());
    assertThat(Arrays.copyOfRange(bytes, 1, 8)).isEqualTo(new byte[7]);
    assertThat(new String(bytes, 8, padded.length(), StandardCharsets.UTF_8)).isEqualTo(padded);
    assertThat(HexFormat.of().formatHex(bytes, 8 + padded.length(), bytes.length))
        .isEqualTo("0000803f" + "000000c0" + "0000003f");
  }

  /** A reader of its own, which shares no code with ours. */
  @Test
  void anotherReaderFindsEveryTensor() throws Exception {
    Random random = new Random(SEED);
    for (int[] shape : new int[][] {{1}, {3, 5}, {0}, {70_001}, {2, 3, 4}, {}}) {
      int count = 1;
      for (int extent : shape) {
        count *= extent;
      }
      float[] values = new float[count];
      for (int i = 0; i < count; i++) {
        values[i] = (float) random.nextGaussian();
      }
      tensors.put("t" + tensors.size(), new Tensor(shape, values));
    }
    ByteBuffer bytes =
        ByteBuffer.wrap(Files.readAllBytes(write(Map.of()))).order(ByteOrder.LITTLE_ENDIAN);
    byte[] header = new byte[Math.toIntExact(bytes.getLong())];
    bytes.get(header);
    ByteBuffer data = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
    Matcher matcher =
        Pattern.compile(
                "\"(t\\d)\":\\{\"dtype\":\"F32\",\"shape\":\\[([\\d,]*)\\],"
                    + "\"data_offsets\":\\[(\\d+),(\\d+)\\]\\}")
            .matcher(new String(header, StandardCharsets.UTF_8));
    int found = 0;
    while (matcher.find()) {
      Tensor tensor = tensors.get(matcher.group(1));
      String shape = Arrays.toString(tensor.shape()).replaceAll("[\\[\\] ]", "");
      assertThat(matcher.group(2)).isEqualTo(shape);
      int from = Integer.parseInt(matcher.group(3));
      assertThat(Integer.parseInt(matcher.group(4)) - from).isEqualTo(4 * tensor.values().length);
      for (int i = 0; i < tensor.values().length; i++) {
        assertThat(data.getFloat(from + 4 * i)).isEqualTo(tensor.values()[i]);
      }
      found++;
    }
    assertThat(found).isEqualTo(tensors.size());
    Safetensors read = Safetensors.read(folder.resolve("w.safetensors"));
    assertThat(read.names()).containsExactlyElementsOf(tensors.sequencedKeySet());
    tensors.forEach((name, tensor) -> {
      assertThat(read.tensor(name).values()).isEqualTo(tensor.values());
      assertThat(read.tensor(name).shape()).isEqualTo(tensor.shape());
    });
    assertThat(read.has("t9")).isFalse();
    assertThatThrownBy(() -> read.tensor("t9"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("t9");
  }

  @Test
  void theSameTensorsGiveTheSameBytes() throws Exception {
    tensors.put("a", Tensor.of(new float[] {1, 2, 3}, 3));
    byte[] first = Files.readAllBytes(write(Map.of("x", "1", "y", "2", "z", "3")));
    assertThat(Files.readAllBytes(write(Map.of("z", "3", "y", "2", "x", "1")))).isEqualTo(first);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "{\"a\":{\"dtype\":\"F16\",\"shape\":[2],\"data_offsets\":[0,4]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,0]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[-4,0]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2147483647,2147483647,4],\"data_offsets\":[0,4]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,99999999999999999999]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":1,\"data_offsets\":[0,4]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1]}}",
        "{\"a\":3}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},"
            + "\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}",
        "{\"__metadata__\":{\"a\":1}}",
        "{",
      })
  void aHeaderThatDoesNotFitIsRefused(String header) throws Exception {
    Path file = folder.resolve("w.safetensors");
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes = ByteBuffer.allocate(12 + text.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(text.length).put(text).putFloat(1f);
    Files.write(file, bytes.array());
    refused(file);
  }

  @Test
  void aFileCutOffAnywhereIsRefused() throws Exception {
    tensors.put("a", Tensor.of(new float[] {1, 2, 3}, 3));
    Path file = write(Map.of());
    byte[] whole = Files.readAllBytes(file);
    for (int length = 0; length < whole.length; length++) {
      Files.write(file, Arrays.copyOf(whole, length));
      refused(file);
    }
    Files.write(file, Arrays.copyOf(whole, whole.length + 1));
    refused(file);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 99_999_999, 1L << 40, -1, Long.MIN_VALUE})
  void aHeaderLengthIsCheckedBeforeMemoryIsTaken(long length) throws Exception {
    Path file = folder.resolve("w.safetensors");
    ByteBuffer bytes = ByteBuffer.allocate(100).order(ByteOrder.LITTLE_ENDIAN);
    Files.write(file, bytes.putLong(length).array());
    refused(file);
  }

  @Test
  void tensorsKnowTheirSize() {
    assertThatThrownBy(() -> Tensor.of(new float[3], 2, 2))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Tensor.of(new float[0], 1 << 20, 1 << 20))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private Path write(Map<String, String> metadata) throws IOException {
    Path file = folder.resolve("w.safetensors");
    Safetensors.write(file, tensors, metadata);
    return file;
  }

  private static void refused(Path file) {
    assertThatThrownBy(() -> Safetensors.read(file))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("--overwrite");
  }
}
