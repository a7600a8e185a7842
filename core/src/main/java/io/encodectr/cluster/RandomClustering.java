package io.encodectr.cluster;

/**
 * Random clusters (Table 7): item i belongs to cluster ⌊K·hash(seed, i)/2³²⌋, whatever its vector
 * and whatever else the history holds; centers are the mean directions of their members. O(L·m).
 */
final class RandomClustering extends ItemClustering {
  RandomClustering(int clusters, int m) {
    super(clusters, m);
  }

  @Override
  void assign(long seed) {
    for (int i = 0; i < distinct; i++) {
      assigned[i] = (int) (((SeedStream.mix(seed, items[i]) >>> 32) * clusters) >>> 32);
    }
    centerOnMeans();
  }
}
