package io.encodectr.dataset;

import io.encodectr.file.InputException;
import io.encodectr.file.Sha256;

/**
 * A part of a dataset's users, chosen by the hash of their ids: it depends on nothing else, so a
 * user is in the same parts of every dataset, and a larger part holds every smaller one.
 *
 * @param share about the share of users held, above 0 and at most 1
 */
public record UserFraction(double share) {
  /** Everybody. */
  public static final UserFraction ALL = new UserFraction(1);

  /** Keeps this choice apart from others that are made by the same hash. */
  private static final long SALT = 0x6672616374696f6eL;

  /**
   * Checks the share.
   *
   * @throws InputException if it is not above 0 and at most 1
   */
  public UserFraction {
    if (!(share > 0 && share <= 1)) {
      throw new InputException("the fraction of users must be above 0 and at most 1, not " + share);
    }
  }

  /** Whether every user is held. */
  boolean all() {
    return share == 1;
  }

  /**
   * Whether a user is held.
   *
   * @param userHash {@link IdDictionary#hash(String)} of the user's id
   */
  public boolean holds(long userHash) {
    long mixed = (userHash ^ SALT) * 0x9e3779b97f4a7c15L;
    mixed = (mixed ^ mixed >>> 32) * 0xd6e8feb86659fd93L;
    return ((mixed ^ mixed >>> 32) >>> 11) * 0x1p-53 < share;
  }

  /** Fingerprint of this part of a dataset. */
  String fingerprint(String whole) {
    Sha256 part = new Sha256();
    part.update(whole + " users " + share + "\n");
    return part.hex();
  }
}
