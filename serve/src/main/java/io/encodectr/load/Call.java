package io.encodectr.load;

/**
 * What one request asks for; its text is made when it is sent.
 *
 * @param event whether it tells of an event rather than asks for scores
 * @param user index of the user
 * @param subject index of the prepared list of candidates, or of the event's item
 * @param number the how-manieth call of the run it is, from 0
 */
record Call(boolean event, int user, int subject, long number) {}
