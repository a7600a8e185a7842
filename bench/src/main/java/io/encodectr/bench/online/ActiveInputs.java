package io.encodectr.bench.online;

import io.encodectr.model.Model;

/**
 * How many inputs of the second layer are above zero: what a kernel that leaves zeros out has to
 * do.
 *
 * @param ofCandidate share for a candidate
 * @param ofBlock share that is above zero for at least one of six candidates that follow each other
 */
record ActiveInputs(double ofCandidate, double ofBlock) {
  private static final int BLOCK = 6;

  /** Those of the request that the contender took last. */
  static ActiveInputs of(KernelContender contender, OnlineRequest request) {
    Model model = contender.model().model();
    float[] weights = model.weights("tower.0.weight");
    float[] bias = model.weights("tower.0.bias");
    int width = bias.length;
    int[] candidates = request.candidates();
    long active = 0;
    long union = 0;
    int blocks = Math.ceilDiv(candidates.length, BLOCK);
    for (int block = 0; block < blocks; block++) {
      boolean[] any = new boolean[width];
      int end = Math.min(candidates.length, (block + 1) * BLOCK);
      for (int i = block * BLOCK; i < end; i++) {
        float[] x = contender.scorer().input(contender.userContext(), candidates[i]);
        float[] hidden = bias.clone();
        for (int p = 0; p < x.length; p++) {
          for (int j = 0; j < width; j++) {
            hidden[j] += x[p] * weights[p * width + j];
          }
        }
        for (int j = 0; j < width; j++) {
          active += hidden[j] > 0 ? 1 : 0;
          any[j] |= hidden[j] > 0;
        }
      }
      for (boolean one : any) {
        union += one ? 1 : 0;
      }
    }
    return new ActiveInputs(
        (double) active / candidates.length / width, (double) union / blocks / width);
  }
}
