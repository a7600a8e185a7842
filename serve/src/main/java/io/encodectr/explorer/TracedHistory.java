package io.encodectr.explorer;

/**
 * A user's behaviors before a generation's time, oldest first, with the cluster and the in-cluster
 * weight that extraction gave each.
 *
 * @param items item indices
 * @param times seconds since the epoch
 * @param clusters cluster of each, −1 for a behavior that takes no part
 * @param weights weight of each in its cluster, 0 for a behavior that takes no part
 */
@SuppressWarnings("ArrayRecordComponent") // Read by position; never compared.
record TracedHistory(int[] items, long[] times, int[] clusters, float[] weights) {}
