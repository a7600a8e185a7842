package io.encodectr.generation;

/**
 * {@code manifest.json} of a generation. It holds nothing that depends on the time of day, the
 * machine or the number of threads: the same extraction gives the same bytes.
 *
 * @param format version of {@code interests.bin}, 1 or 2
 * @param kind always "generation"
 * @param modelFingerprint fingerprint of the model that made the interests
 * @param method the model's method
 * @param datasetFingerprint fingerprint of the dataset the behaviors come from
 * @param asOf behaviors strictly before this time (seconds since the epoch) are represented
 * @param users number of users
 * @param usersWithoutHistory how many of them have no behavior before {@code asOf}
 * @param interests number of interest vectors of all users
 * @param items size of the model's item dictionary
 * @param bytes length of {@code interests.bin}
 * @param checksum SHA-256 of {@code interests.bin}
 * @param createdBy version of the code
 */
public record GenerationManifest(
    int format,
    String kind,
    String modelFingerprint,
    String method,
    String datasetFingerprint,
    long asOf,
    long users,
    long usersWithoutHistory,
    long interests,
    int items,
    long bytes,
    String checksum,
    String createdBy) {
  /** File name inside the generation's folder. */
  public static final String FILE = "manifest.json";

  /** The value of {@link #kind}. */
  public static final String KIND = "generation";
}
