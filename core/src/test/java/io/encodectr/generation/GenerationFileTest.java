package io.encodectr.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.encodectr.file.InputException;
import io.encodectr.interest.InterestPrecision;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file format: golden bytes, and no wrong vector out of a damaged file. */
class GenerationFileTest {
  private static final long SEED = 4242;
  private static final Path GOLDEN = Path.of("src/test/resources/golden/generation-1");
  private static final Path GOLDEN_2 = Path.of("src/test/resources/golden/generation-2");

  @TempDir private Path folder;
  private Path generation;

  @BeforeEach
  void write() throws IOException {
    generation = folder.resolve("generation");
    GoldenGeneration.write(generation, folder, false, InterestPrecision.FLOAT32);
  }

  @Test
  void readsWhatTheFirstReleaseWrote() throws IOException {
    requireGoldenContent(GOLDEN);
  }

  @Test
  void writesTheBytesOfTheFirstRelease() {
    for (String file : new String[] {Generation.FILE, GenerationManifest.FILE}) {
      assertThat(generation.resolve(file)).hasSameBinaryContentAs(GOLDEN.resolve(file));
    }
  }

  @Test
  void massStatisticsMakeFormat2() throws IOException {
    Path second = folder.resolve("second");
    GoldenGeneration.write(second, folder, true, InterestPrecision.FLOAT32);
    for (String file : new String[] {Generation.FILE, GenerationManifest.FILE}) {
      assertThat(second.resolve(file)).hasSameBinaryContentAs(GOLDEN_2.resolve(file));
    }
    try (Generation open = Generation.open(GOLDEN_2)) {
      assertThat(open.massStatistics()).isTrue();
      assertThat(open.manifest().format()).isEqualTo(2);
      for (int i = 0; i < GoldenGeneration.IDS.size(); i++) {
        assertThat(open.find(GoldenGeneration.IDS.get(i)))
            .usingRecursiveComparison()
            .isEqualTo(GoldenGeneration.user(i, true));
      }
      open.verify();
    }
    try (Generation open = Generation.open(generation)) {
      assertThat(open.massStatistics()).isFalse();
    }
  }

  @Test
  void halfPrecisionMakesFormats3And4() throws IOException {
    for (boolean massStatistics : new boolean[] {false, true}) {
      int version = massStatistics ? 4 : 3;
      Path golden = Path.of("src/test/resources/golden/generation-" + version);
      Path half = folder.resolve("half-" + version);
      GoldenGeneration.write(half, folder, massStatistics, InterestPrecision.FLOAT16);
      for (String file : new String[] {Generation.FILE, GenerationManifest.FILE}) {
        assertThat(half.resolve(file)).hasSameBinaryContentAs(golden.resolve(file));
      }
      try (Generation open = Generation.open(golden)) {
        assertThat(open.precision()).isEqualTo(InterestPrecision.FLOAT16);
        assertThat(open.massStatistics()).isEqualTo(massStatistics);
        assertThat(open.manifest().format()).isEqualTo(version);
        assertThat(open.manifest().precision()).isEqualTo("float16");
        for (int i = 0; i < GoldenGeneration.IDS.size(); i++) {
          assertThat(open.find(GoldenGeneration.IDS.get(i)))
              .usingRecursiveComparison()
              .isEqualTo(GoldenGeneration.user(i, massStatistics));
        }
        open.verify();
      }
    }
  }

  @Test
  void halfPrecisionRoundsAndRefusesWhatItCannotHold() {
    RecordFormat format = new RecordFormat(8, 3, 5, 10, false, InterestPrecision.FLOAT16);
    UserInterests user = GoldenGeneration.user(2);
    float[] exact = user.vectors().clone();
    SplittableRandom random = new SplittableRandom(SEED);
    for (int i = 0; i < exact.length; i++) {
      exact[i] = (float) random.nextDouble(-2, 2);
      user.vectors()[i] = exact[i];
    }
    exact[0] = user.vectors()[0] = -InterestPrecision.LARGEST_HALF;
    ByteBuffer record = ByteBuffer.allocate(format.length(user)).order(ByteOrder.LITTLE_ENDIAN);
    format.encode(7, user, record);
    float[] read = format.decode(record.flip(), 7, "the record").vectors();
    for (int i = 0; i < exact.length; i++) {
      assertThat((double) read[i])
          .as("component %d, seed %d", i, SEED)
          .isCloseTo(exact[i], within(Math.abs(exact[i]) / 2048.0));
      assertThat(exact[i]).isNotZero();
    }
    assertThat(read).isNotEqualTo(exact);
    user.vectors()[5] = 65_520f;
    assertThatThrownBy(() -> format.encode(7, user, record.clear()))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("65520.0")
        .hasMessageContaining("float32");
    // The bits of an infinite number, with a checksum that fits, are damage.
    record.clear().putShort(RecordFormat.HEADER + 4, (short) 0x7c00);
    CRC32C checksum = new CRC32C();
    checksum.update(record.array(), 0, record.capacity() - 4);
    record.putInt(record.capacity() - 4, (int) checksum.getValue());
    assertThatThrownBy(() -> format.decode(record.clear(), 7, "the record"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("Infinity");
  }

  @Test
  void oneFormatIsNotTakenForTheOther() throws IOException {
    damage(bytes -> {
      ByteBuffer header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(8, 2);
      CRC32C checksum = new CRC32C();
      checksum.update(bytes, 0, GenerationHeader.BYTES - 4);
      header.putInt(GenerationHeader.BYTES - 4, (int) checksum.getValue());
      return bytes;
    });
    assertThatThrownBy(() -> Generation.open(generation))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("format = 1");
    Path manifest = generation.resolve(GenerationManifest.FILE);
    Files.writeString(
        manifest, Files.readString(manifest).replace("\"format\" : 1", "\"format\" : 2"));
    try (Generation open = Generation.open(generation)) {
      assertThatThrownBy(open::verify).isInstanceOf(InputException.class);
    }
  }

  @Test
  void aMassStatisticIsPositive() {
    RecordFormat format = new RecordFormat(8, 3, 5, 10, true, InterestPrecision.FLOAT32);
    UserInterests user = GoldenGeneration.user(1, true);
    for (float value : new float[] {Float.NaN, Float.POSITIVE_INFINITY, 0f, -1f}) {
      user.massStatistics()[0] = value;
      ByteBuffer record = ByteBuffer.allocate(format.length(user)).order(ByteOrder.LITTLE_ENDIAN);
      format.encode(7, user, record);
      assertThatThrownBy(() -> format.decode(record.flip(), 7, "the record"))
          .isInstanceOf(InputException.class)
          .hasMessageContaining(String.valueOf(value));
    }
  }

  @Test
  void knowsAllUsersAndNoOthers() throws IOException {
    requireGoldenContent(generation);
    try (Generation open = Generation.open(generation)) {
      for (String stranger : new String[] {"zo", "zoee", "Anna", "\u0000", "~", "bob"}) {
        assertThat(open.find(stranger)).as(stranger).isNull();
      }
      open.verify();
    }
  }

  @Test
  void everyTruncationIsAnError() throws IOException {
    byte[] whole = Files.readAllBytes(generation.resolve(Generation.FILE));
    for (int length = 0; length < whole.length; length += length < 300 ? 1 : 7) {
      Files.write(generation.resolve(Generation.FILE), Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> Generation.open(generation))
          .as("cut off at %d of %d", length, whole.length)
          .isInstanceOf(InputException.class)
          .hasMessageContaining(Generation.FILE);
    }
  }

  @Test
  void noFlippedByteGivesAWrongVector() throws IOException {
    byte[] whole = Files.readAllBytes(generation.resolve(Generation.FILE));
    SplittableRandom random = new SplittableRandom(SEED);
    int refused = 0;
    for (int at = 0; at < whole.length; at++) {
      byte[] damaged = whole.clone();
      damaged[at] ^= (byte) (1 + random.nextInt(255));
      Files.write(generation.resolve(Generation.FILE), damaged);
      refused += readsRightOrRefuses("seed " + SEED + " byte " + at);
    }
    // All bytes but the padding before the index are covered by one checksum or another.
    assertThat(refused).isGreaterThanOrEqualTo(whole.length - 7);
  }

  @Test
  void noZeroedOrShiftedStretchGivesAWrongVector() throws IOException {
    byte[] whole = Files.readAllBytes(generation.resolve(Generation.FILE));
    SplittableRandom random = new SplittableRandom(SEED);
    for (int round = 0; round < 150; round++) {
      byte[] damaged = whole.clone();
      int from = random.nextInt(whole.length);
      int to = from + random.nextInt(whole.length - from);
      if (round % 2 == 0) {
        Arrays.fill(damaged, from, to, (byte) 0);
      } else {
        System.arraycopy(whole, from, damaged, random.nextInt(from + 1), to - from);
      }
      Files.write(generation.resolve(Generation.FILE), damaged);
      readsRightOrRefuses("seed " + SEED + " round " + round);
    }
  }

  @Test
  void aNumberThatIsNotFiniteIsRefused() {
    RecordFormat format = new RecordFormat(8, 3, 5, 10, false, InterestPrecision.FLOAT32);
    UserInterests user = GoldenGeneration.user(1);
    for (float value : new float[] {Float.NaN, Float.NEGATIVE_INFINITY}) {
      user.vectors()[3] = value;
      ByteBuffer record = ByteBuffer.allocate(format.length(user)).order(ByteOrder.LITTLE_ENDIAN);
      format.encode(7, user, record);
      assertThatThrownBy(() -> format.decode(record.flip(), 7, "the record"))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("the number " + value);
    }
  }

  @Test
  void sectionsWhoseSumOverflowsAreRefused() {
    long length = 1000;
    long users = Integer.MAX_VALUE;
    long indexBytes = Long.MIN_VALUE + 10_000;
    long indexStart = length - GenerationFooter.BYTES - indexBytes;
    long idBytes = indexBytes - 8 * (2 * users + 1);
    assertThat(indexStart).isPositive();
    assertThat(idBytes).isPositive();
    byte[] bytes = new byte[(int) length];
    new GenerationFooter(GenerationHeader.BYTES, indexStart, idBytes, length, 0)
        .encode()
        .get(bytes, bytes.length - GenerationFooter.BYTES, GenerationFooter.BYTES);
    MemorySegment file = MemorySegment.ofArray(bytes);
    assertThatThrownBy(() -> GenerationFooter.decode(file, users, folder))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("sections");
  }

  @Test
  void anotherVersionIsNamed() throws IOException {
    damage(bytes -> {
      ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(8, 5);
      return bytes;
    });
    assertThatThrownBy(() -> Generation.open(generation))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("version 5")
        .hasMessageContaining("versions 1 to 4");
  }

  @Test
  void manifestAndFileMustTellTheSameStory() throws IOException {
    Path manifest = generation.resolve(GenerationManifest.FILE);
    String text = Files.readString(manifest);
    for (String[] change :
        new String[][] {
          {"\"users\" : 5", "\"users\" : 6"},
          {"\"as_of\" : 1700000123", "\"as_of\" : 1700000124"},
          {"0123456789abcdef0123", "1123456789abcdef0123"},
          {"\"kind\" : \"generation\"", "\"kind\" : \"model\""},
          {"\"items\" : 10", "\"items\" : 11"},
          {"\"users\" : 5", "\"precision\" : \"float16\",\n  \"users\" : 5"},
          {"\"users\" : 5,", ""},
          {"{", ""}
        }) {
      assertThat(text).contains(change[0]);
      Files.writeString(manifest, text.replace(change[0], change[1]));
      assertThatThrownBy(() -> Generation.open(generation))
          .as(change[1])
          .isInstanceOf(InputException.class)
          .hasMessageContaining(GenerationManifest.FILE);
    }
    Files.delete(manifest);
    assertThatThrownBy(() -> Generation.open(generation))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("manifest.json");
  }

  private void damage(UnaryOperator<byte[]> change) throws IOException {
    Path file = generation.resolve(Generation.FILE);
    Files.write(file, change.apply(Files.readAllBytes(file)));
  }

  /** 1 if anything was refused, 0 if all users read as they were written. */
  private int readsRightOrRefuses(String where) throws IOException {
    int refused = 0;
    try (Generation open = Generation.open(generation)) {
      for (int i = 0; i < GoldenGeneration.IDS.size(); i++) {
        try {
          UserInterests read = open.find(GoldenGeneration.IDS.get(i));
          assertThat(read).as(where).usingRecursiveComparison().isEqualTo(GoldenGeneration.user(i));
        } catch (InputException e) {
          refused = 1;
        }
      }
    } catch (InputException e) {
      refused = 1;
    }
    return refused;
  }

  private static void requireGoldenContent(Path folder) throws IOException {
    try (Generation open = Generation.open(folder)) {
      assertThat(open.users()).isEqualTo(5);
      assertThat(open.dimension()).isEqualTo(8);
      assertThat(open.manifest().modelFingerprint()).isEqualTo(GoldenGeneration.MODEL);
      assertThat(open.manifest().asOf()).isEqualTo(GoldenGeneration.AS_OF);
      for (int i = 0; i < 5; i++) {
        assertThat(open.find(GoldenGeneration.IDS.get(i)))
            .usingRecursiveComparison()
            .isEqualTo(GoldenGeneration.user(i));
      }
    }
  }
}
