package io.encodectr.experiment;

import java.util.List;

/**
 * What the paper found about two rows of a table.
 *
 * @param section id of the section
 * @param row id of the row that it found better, or as good
 * @param other id of the row compared with
 * @param equal whether it found them about equal
 */
record PaperClaim(String section, String row, String other, boolean equal) {
  private static final List<PaperClaim> ALL =
      List.of(
          equal("table2", "encode", "din-l"),
          better("table2", "avg-pooling", "din"),
          better("table2", "din-l", "avg-pooling"),
          better("table2", "encode", "sim-hard"),
          better("table2", "encode", "ubr4ctr"),
          better("table2", "encode", "eta"),
          better("table2", "encode", "twin"),
          better("table2", "encode", "sdim"),
          better("table3", "encode", "encode-minus"),
          better("table4", "eta-encode", "eta"),
          equal("table4", "eta-encode", "eta-ta"),
          better("table4", "eta", "din"),
          better("table5", "encode", "encode-sampling-neighbors"),
          better("table5", "encode", "encode-sampling-batch"),
          better("table6", "encode", "encode-loss-none"),
          better("table6", "encode", "encode-loss-mse"),
          better("table6", "encode", "encode-loss-n-pair"),
          better("table6", "encode", "encode-loss-triplet-fixed"),
          better("table6", "encode-loss-none", "avg-pooling"),
          better("table6", "encode-loss-none", "encode-loss-mse"),
          better("table7", "encode", "encode-clustering-agglomerative"),
          better("table7", "encode", "encode-clustering-routing"),
          better("table7", "encode", "encode-clustering-random"),
          better("table7", "encode-clustering-random", "din"));

  private static PaperClaim better(String section, String row, String other) {
    return new PaperClaim(section, row, other, false);
  }

  private static PaperClaim equal(String section, String row, String other) {
    return new PaperClaim(section, row, other, true);
  }

  /** The claims about a section. */
  static List<PaperClaim> of(String section) {
    return ALL.stream().filter(claim -> claim.section.equals(section)).toList();
  }
}
