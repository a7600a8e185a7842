package io.encodectr.generation;

import io.encodectr.dataset.IdDictionary;
import io.encodectr.generation.UserInterests.Feature;
import io.encodectr.generation.UserInterests.Members;
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

  /** The interests of a user by their place in {@link #IDS}. */
  static UserInterests user(int index) {
    int interests = index % 3;
    float[] vectors = new float[interests * DIMENSION];
    for (int i = 0; i < vectors.length; i++) {
      vectors[i] = (index + 1) * 0.5f - i;
    }
    int[] masses = new int[interests];
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
        members,
        recent,
        times,
        index == 0 ? new Feature[0] : features);
  }

  /** Writes the generation into a new folder. */
  static void write(Path folder, Path scratch) throws IOException {
    UserInterests[] users = new UserInterests[IDS.size()];
    long[] hashes = new long[users.length];
    long interests = 0;
    for (int i = 0; i < users.length; i++) {
      users[i] = user(i);
      hashes[i] = IdDictionary.hash(IDS.get(i));
      interests += users[i].count();
    }
    GenerationHeader header =
        new GenerationHeader(DIMENSION, users.length, AS_OF, 3, 5, 10, 1, interests, MODEL);
    Path block = scratch.resolve("block.bin");
    BlockFile.write(block, 0, users, hashes, header.recordFormat());
    IdDictionary.write(scratch, "ids", IDS);
    Files.createDirectories(folder);
    try (Arena arena = Arena.ofConfined();
        GenerationWriter writer = new GenerationWriter(folder, header)) {
      writer.append(BlockFile.read(block, 0, users.length));
      writer.finish(IdDictionary.map(scratch, "ids", arena), "encode", "dataset", "golden");
    }
  }

  /** Writes the golden files of a new format version: arguments are their folder and a scratch. */
  public static void main(String[] args) throws IOException {
    write(Path.of(args[0]), Path.of(args[1]));
  }
}
