package io.encodectr.generation;

import io.encodectr.interest.InterestPrecision;
import org.jspecify.annotations.Nullable;

/**
 * The interests of one generation, wherever they lie: user id → interests. What a scorer reads.
 *
 * <p>Thread-safe, except that {@link #close} must not run beside a look-up.
 */
public interface InterestSource extends AutoCloseable {
  /** A limit for {@link #find(String, long)} that leaves the time to the source. */
  long ANY_TIME = Long.MAX_VALUE;

  /** What the generation says of itself. */
  GenerationManifest manifest();

  /** d, the length of an interest vector. */
  int dimension();

  /** K, the most interests of a user. */
  int maxInterests();

  /** Whether users' mass statistics are stored. */
  boolean massStatistics();

  /** How the interest vectors are stored; look-ups give 32-bit floats. */
  InterestPrecision precision();

  /** Number of users. */
  long users();

  /**
   * The interests of a user.
   *
   * @param nanoseconds how long the caller can wait; a source that other machines hold may wait for
   *     less, one in memory does not wait
   * @return null for a user whom the generation does not know
   * @throws io.encodectr.file.InputException if the user's record is damaged
   * @throws InterestsUnavailable if the source does not answer in time, or has lost the generation
   */
  @Nullable UserInterests find(String userId, long nanoseconds);

  /** {@link #find(String, long)} in the source's own time. */
  default @Nullable UserInterests find(String userId) {
    return find(userId, ANY_TIME);
  }

  /** Users who can be listed: all of a file's, some of a shared store's. */
  UserList listed();

  /**
   * Checks as much as can be checked before users are scored with it: every record of a file; of a
   * shared store that nothing is missing, and some records.
   *
   * @throws io.encodectr.file.InputException if something is damaged or missing
   */
  void verify();

  @Override
  void close();

  /** User ids in the unsigned order of their UTF-8 bytes. */
  interface UserList {
    /** How many. */
    long size();

    /**
     * One of them.
     *
     * @param rank 0..{@link #size} − 1
     */
    String id(long rank);
  }
}
