package io.encodectr.generation;

import io.encodectr.interest.InterestPrecision;
import io.encodectr.model.Model;
import io.encodectr.model.ModelSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Puts the records of all users together into a generation's folder, wherever they were extracted.
 * The bytes depend on the model, the origin, the users and their records, not on how the records
 * are cut into blocks. Immutable and thread-safe.
 */
public final class GenerationAssembly {
  private final Model model;
  private final GenerationOrigin origin;
  private final InterestPrecision precision;
  private final RecordFormat format;

  /** Finished records, block by block, in the order of the users. */
  public interface Blocks {
    /** How many blocks there are. */
    int count();

    /**
     * A block; each is asked for twice.
     *
     * @param index 0..{@link #count} − 1
     */
    RecordBlock get(int index) throws IOException;
  }

  /** The assembly of a generation of a model's interests. */
  public GenerationAssembly(Model model, GenerationOrigin origin, InterestPrecision precision) {
    this.model = model;
    this.origin = origin;
    this.precision = precision;
    format = RecordFormat.of(model, precision);
  }

  /** The format that the records must have. */
  public RecordFormat recordFormat() {
    return format;
  }

  /**
   * Writes a generation, forced to disk, for {@link Store#publish}.
   *
   * @param folder made here; nothing may be there
   * @param users whose records the blocks hold, in their order
   * @return the manifest written
   */
  public GenerationManifest write(Path folder, GenerationUsers users, Blocks blocks)
      throws IOException {
    long withoutHistory = 0;
    long interests = 0;
    for (int i = 0; i < blocks.count(); i++) {
      RecordBlock block = blocks.get(i);
      withoutHistory += block.withoutHistory();
      interests += block.interests();
    }
    Files.createDirectory(folder);
    ModelSpec spec = model.spec();
    GenerationHeader header =
        new GenerationHeader(
            spec.dimension(),
            users.size(),
            origin.asOf(),
            spec.clusters(),
            spec.recentLength(),
            model.items(),
            withoutHistory,
            interests,
            model.fingerprint(),
            spec.storesMassStatistics(),
            precision);
    try (GenerationWriter writer = new GenerationWriter(folder, header)) {
      for (int i = 0; i < blocks.count(); i++) {
        writer.append(blocks.get(i));
      }
      return writer.finish(users, spec.method(), origin);
    }
  }
}
