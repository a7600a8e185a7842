package io.encodectr.load;

/**
 * An answer of the service, read to its end. The bytes belong to the connection and hold until its
 * next answer.
 *
 * @param status HTTP status
 * @param bytes size of the body
 * @param kept the beginning of the body
 * @param keptBytes how much of {@code kept} is the body's
 * @param reusable whether the connection may be used again
 */
record Answer(int status, long bytes, byte[] kept, int keptBytes, boolean reusable) {}
