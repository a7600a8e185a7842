package io.encodectr.bench.peers;

/** A program that trains. */
interface Peer {
  /** What it is, with its version. */
  String name();

  /** Starts anew and learns once from each batch; cross-entropy and triplet loss of each. */
  double[][] compare();

  /** Learns from a batch once more; its seconds and those of them that were the optimizer's. */
  double[] step(int batch);
}
