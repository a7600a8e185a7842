package io.encodectr.generation;

import io.encodectr.dataset.IdDictionary;
import io.encodectr.generation.UserInterests.Feature;
import io.encodectr.generation.UserInterests.Members;
import io.encodectr.interest.InterestPrecision;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The content of the golden generation in the test resources: made of constants, so that it pins
 * the format and nothing else.
 */
final class GoldenGeneration {
  static final List<String> IDS = List.of("zoe", "anna", "böb", "", "a,\"b\"");
  static final long AS_OF = 1_700_000_123L;
  static final String MODEL = "0123456789abcdef".repeat(4);
  private static final int DIMENSION = 8;

  private GoldenGeneration() {}

  /** The interests of a user by their place in {@link #IDS}, without mass statistics. */
  static UserInterests user(int index) {
    return user(index, false);
  }

  /** The same, with mass statistics if asked for. */
  static UserInterests user(int index, boolean massStatistics) {
    int interests = index % 3;
    float[] vectors = new float[interests * DIMENSION];
    for (int i = 0; i < vectors.length; i++) {
      vectors[i] = (index + 1) * 0.5f - i;
    }
    int[] masses = new int[interests];
    float[] effective = new float[massStatistics ? interests : 0];
    for (int k = 0; k < effective.length; k++) {
      effective[k] = 10 * index + 0.25f * (k + 1);
    }
    Members[] members = new Members[interests];
    for (int k = 0; k < interests; k++) {
      masses[k] = 10 * index + k + 1;
      members[k] = new Members(new int[] {index, 9 - k}, new float[] {0.75f, 0.25f - k / 8f});
    }
    int[] recent = new int[index];
    long[] times = new long[index];
    for (int i = 0; i < index; i++) {
      recent[i] = (3 * i + index) % 10;
      times[i] = AS_OF - 100L * (index - i);
    }
    Feature[] features = {
      Feature.categorical(index), Feature.continuous(index / 8f), Feature.categorical(1, 2, index)
    };
    return new UserInterests(
        index == 0 ? 0 : 20 + index,
        index == 0 ? 0 : 20,
        vectors,
        masses,
        effective,
        members,
        recent,
        times,
        index == 0 ? new Feature[0] : features);
  }

  /** Writes the generation into a new folder. All of its vectors are exact in half precision. */
  static void write(Path folder, Path scratch, boolean massStatistics, InterestPrecision precision)
      throws IOException {
    UserInterests[] users = new UserInterests[IDS.size()];
    long[] hashes = new long[users.length];
    long interests = 0;
    for (int i = 0; i < users.length; i++) {
      users[i] = user(i, massStatistics);
      hashes[i] = IdDictionary.hash(IDS.get(i));
      interests += users[i].count();
    }
    GenerationHeader header =
        new GenerationHeader(
            DIMENSION,
            users.length,
            AS_OF,
            3,
            5,
            10,
            1,
            interests,
            MODEL,
            massStatistics,
            precision);
    var records = new RecordBlock.Builder(header.recordFormat(), 0, users.length);
    for (int i = 0; i < users.length; i++) {
      records.add(hashes[i], users[i]);
    }
    IdDictionary.write(scratch, "ids", IDS);
    Files.createDirectories(folder);
    try (Arena arena = Arena.ofConfined();
        GenerationWriter writer = new GenerationWriter(folder, header)) {
      writer.append(records.build());
      writer.finish(
          GenerationUsers.of(IdDictionary.map(scratch, "ids", arena)),
          "encode",
          new GenerationOrigin("dataset", "golden", AS_OF, null, null, null, null, false));
    }
  }

  /** Writes the golden files of formats 3 and 4: arguments are their parent and a scratch. */
  public static void main(String[] args) throws IOException {
    for (int format = 3; format <= 4; format++) {
      Path folder = Path.of(args[0], "generation-" + format);
      write(folder, Path.of(args[1]), format == 4, InterestPrecision.FLOAT16);
    }
  }
}
