package io.encodectr.service;

/**
 * Tells whether a deadline leaves time to score more: for another stretch as long as the longest so
 * far, and for the answer. Of one request and one thread.
 */
final class Pace {
  /** Ordering, JSON and sending: nanoseconds an answer, and nanoseconds a candidate. */
  static final long ANSWER = 200_000;

  static final long CANDIDATE = 200;

  private final Deadline deadline;
  private final long kept;
  private long before = Long.MIN_VALUE;
  private long longest;

  Pace(Deadline deadline, int candidates) {
    this.deadline = deadline;
    kept = ANSWER + CANDIDATE * candidates;
  }

  /** Asked before each stretch. */
  boolean leavesTime() {
    if (!deadline.isSet()) {
      return true;
    }
    long left = deadline.remaining();
    if (before != Long.MIN_VALUE) {
      longest = Math.max(longest, before - left);
    }
    before = left;
    return left > kept + longest;
  }
}
