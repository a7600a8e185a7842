package io.encodectr.behavior;

import io.encodectr.generation.GenerationManifest;

/** Manifests of generations that exist only as far as merging asks. */
public final class Manifests {
  private Manifests() {}

  /** A generation without events: everything before a time. */
  public static GenerationManifest until(long asOf) {
    return of(asOf, null, null, null);
  }

  public static GenerationManifest of(long asOf, Long logEnd, Long through, Long forgottenThrough) {
    return of(asOf, logEnd, null, through, forgottenThrough);
  }

  public static GenerationManifest of(
      long asOf, Long logEnd, String log, Long through, Long forgottenThrough) {
    return new GenerationManifest(
        1,
        GenerationManifest.KIND,
        "model",
        "encode",
        "dataset",
        asOf,
        1,
        0,
        1,
        1,
        1,
        "checksum",
        "test",
        null,
        null,
        logEnd,
        log,
        through,
        forgottenThrough,
        null);
  }
}
