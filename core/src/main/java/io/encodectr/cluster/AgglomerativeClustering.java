package io.encodectr.cluster;

import io.encodectr.kernel.Kernels;
import io.encodectr.relevance.Relevance;
import java.util.Arrays;

/**
 * Agglomerative clustering by average linkage on cosine distance, bottom up to K clusters (Table
 * 7). Behaviors on one item are merged from the start. Centers are the mean directions of their
 * members.
 *
 * <p>The mean of cos over all pairs from A and B is ⟨μ_A, μ_B⟩, μ being the mean of a cluster's
 * unit vectors. So no matrix of distances is kept: O(L·m) memory. The tree is built by chains of
 * nearest neighbors, O(L²·m) time: a chain goes on to the nearest neighbor of its end until two
 * clusters are each other's nearest, and these merge. Average linkage never makes a merged cluster
 * nearer than its parts were, so this is the tree that merging the nearest pair first builds. Its
 * distinct − K lowest merges are then carried out.
 */
final class AgglomerativeClustering extends ItemClustering {
  private final Relevance relevance;
  private final float[] query;

  // Clusters still to be merged, by slot, in ascending order of their first item.
  private int slots;
  private int stride;
  private float[] means = {};
  private float[] nearness = {};
  private double[] sums = {};
  private double[] weights = {};
  private float[] heights = {};
  private int[] firstItem = {};
  private boolean[] gone = {};
  private boolean[] chained = {};
  private int[] chain = {};
  private int[] moved = {};
  private int length;

  // The tree: merge number j joins the clusters that hold items left[j] and right[j].
  private long[] order = {};
  private int[] left = {};
  private int[] right = {};
  private int[] parent = {};

  AgglomerativeClustering(Relevance relevance, int clusters, int m) {
    super(clusters, m);
    this.relevance = relevance;
    query = new float[m];
  }

  @Override
  void assign(long seed) {
    reserve();
    if (distinct > clusters) {
      for (int merges = 0; merges < distinct - 1; ) {
        merges += step(merges) ? 1 : 0;
        if (distinct - merges < slots / 2) {
          compact();
        }
      }
    }
    cut();
    centerOnMeans();
  }

  private void reserve() {
    if (firstItem.length < distinct) {
      int capacity = Kernels.padded(distinct + distinct / 2);
      means = new float[Math.multiplyExact(capacity, m)];
      nearness = new float[capacity];
      sums = new double[capacity * m];
      weights = new double[capacity];
      heights = new float[capacity];
      firstItem = new int[capacity];
      gone = new boolean[capacity];
      chained = new boolean[capacity];
      chain = new int[capacity];
      moved = new int[capacity];
      order = new long[capacity];
      left = new int[capacity];
      right = new int[capacity];
      parent = new int[capacity];
    }
    slots = distinct;
    stride = Kernels.padded(slots);
    length = 0;
    Arrays.fill(means, 0, stride * m, 0f);
    Arrays.fill(heights, 0, slots, 0f);
    Arrays.fill(gone, 0, slots, false);
    Arrays.fill(chained, 0, slots, false);
    for (int i = 0; i < distinct; i++) {
      firstItem[i] = i;
      weights[i] = counts[i];
      for (int c = 0; c < m; c++) {
        means[c * stride + i] = vectors[i * width + c];
        sums[i * m + c] = (double) counts[i] * vectors[i * width + c];
      }
    }
  }

  /** Lengthens the chain, or merges its last two clusters and says so. */
  private boolean step(int merges) {
    if (length == 0) {
      int first = 0;
      while (gone[first]) {
        first++;
      }
      push(first);
    }
    int end = chain[length - 1];
    for (int c = 0; c < m; c++) {
      query[c] = means[c * stride + end];
    }
    relevance.similarities(query, 1, means, stride, m, nearness);
    // The cluster before goes first among equals, or a chain would not end. Rounding must not bring
    // an earlier one back.
    int before = length > 1 ? chain[length - 2] : -1;
    int nearest = before;
    for (int s = 0; s < slots; s++) {
      boolean open = !gone[s] && !chained[s];
      if (open && (nearest < 0 || nearness[s] > nearness[nearest])) {
        nearest = s;
      }
    }
    if (nearest != before) {
      push(nearest);
      return false;
    }
    merge(merges, before, end, Math.max(0f, 1f - nearness[before]));
    return true;
  }

  private void push(int slot) {
    chain[length++] = slot;
    chained[slot] = true;
  }

  private void merge(int number, int a, int b, float distance) {
    length -= 2;
    chained[a] = false;
    chained[b] = false;
    int kept = Math.min(a, b);
    int dropped = Math.max(a, b);
    left[number] = firstItem[kept];
    right[number] = firstItem[dropped];
    // Rounding must not put a merge before those it builds on.
    heights[kept] = Math.max(distance, Math.max(heights[a], heights[b]));
    order[number] = ((long) Float.floatToIntBits(heights[kept]) << 32) | number;
    weights[kept] += weights[dropped];
    for (int c = 0; c < m; c++) {
      sums[kept * m + c] += sums[dropped * m + c];
      means[c * stride + kept] = (float) (sums[kept * m + c] / weights[kept]);
    }
    gone[dropped] = true;
  }

  /** Closes the gaps that merged clusters left. */
  private void compact() {
    int kept = 0;
    for (int s = 0; s < slots; s++) {
      if (!gone[s]) {
        moved[s] = kept;
        weights[kept] = weights[s];
        heights[kept] = heights[s];
        firstItem[kept] = firstItem[s];
        chained[kept] = chained[s];
        System.arraycopy(sums, s * m, sums, kept * m, m);
        kept++;
      }
    }
    for (int i = 0; i < length; i++) {
      chain[i] = moved[chain[i]];
    }
    slots = kept;
    stride = Kernels.padded(slots);
    Arrays.fill(gone, 0, slots, false);
    Arrays.fill(means, 0, stride * m, 0f);
    for (int s = 0; s < slots; s++) {
      for (int c = 0; c < m; c++) {
        means[c * stride + s] = (float) (sums[s * m + c] / weights[s]);
      }
    }
  }

  /** Carries out the lowest merges; clusters are numbered by their first item. */
  private void cut() {
    for (int i = 0; i < distinct; i++) {
      parent[i] = i;
    }
    if (distinct > clusters) {
      Arrays.sort(order, 0, distinct - 1);
      for (int j = 0; j < distinct - clusters; j++) {
        int merge = (int) order[j];
        int a = root(left[merge]);
        int b = root(right[merge]);
        parent[Math.max(a, b)] = Math.min(a, b);
      }
    }
    int found = 0;
    for (int i = 0; i < distinct; i++) {
      int root = root(i);
      assigned[i] = root == i ? found++ : assigned[root];
    }
  }

  private int root(int item) {
    int at = item;
    while (parent[at] != at) {
      parent[at] = parent[parent[at]];
      at = parent[at];
    }
    return at;
  }
}
