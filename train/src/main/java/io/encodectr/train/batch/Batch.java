package io.encodectr.train.batch;

/**
 * Samples of one training step, grouped by (user, history): all samples of a group share one
 * sequence. Items are numbered within the batch, 0 to {@code items.length} − 1, in the order of
 * their dataset index, so that sorting by either number gives the same order. Immutable by
 * convention; arrays are shared, not copied.
 *
 * @param items dataset index of each of the batch's items, ascending
 * @param histories batch items of all groups' behaviors, oldest first within a group
 * @param historyStart {@code [groups+1]}, start of each group in {@code histories}
 * @param users dataset index of each group's user
 * @param userHashes hash of each group's user id
 * @param sampleStart {@code [groups+1]}, start of each group's samples
 * @param samples index of each sample among the dataset's training samples
 * @param targets batch item of each sample's target
 * @param labels 0 or 1 for each sample
 * @param shardStart {@code [shards+1]}, first group of each shard
 */
public record Batch(
    int[] items,
    int[] histories,
    int[] historyStart,
    int[] users,
    long[] userHashes,
    int[] sampleStart,
    int[] samples,
    int[] targets,
    float[] labels,
    int[] shardStart) {

  /** Number of groups. */
  public int groups() {
    return users.length;
  }

  /** Number of samples. */
  public int size() {
    return samples.length;
  }

  /** Number of shards. */
  public int shards() {
    return shardStart.length - 1;
  }

  /** First sample of a shard; of the number of shards, the number of samples. */
  public int firstSample(int shard) {
    return sampleStart[shardStart[shard]];
  }

  /** Number of samples of a group. */
  public int sampleCount(int group) {
    return sampleStart[group + 1] - sampleStart[group];
  }

  /** Number of behaviors of a group, at most the longest history the method looks at. */
  public int historyLength(int group) {
    return historyStart[group + 1] - historyStart[group];
  }
}
