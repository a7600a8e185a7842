package io.encodectr.world;

/** Takes down what a user does, in order of time. */
interface Journal {
  /** A behavior of the time before page views are recorded: a click on the item. */
  void behavior(int item, long time);

  /**
   * A candidate that a page view showed.
   *
   * @param item the candidate
   * @param time when the page was viewed, in seconds
   * @param pageView number of the page view, distinct over all users
   * @param millionths the true probability of a click in millionths
   * @param click whether it was clicked; if so it is a behavior of that time
   */
  void exposure(int item, long time, long pageView, int millionths, boolean click);
}
