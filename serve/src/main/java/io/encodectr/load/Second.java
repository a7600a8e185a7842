package io.encodectr.load;

/**
 * The requests that were to be sent in one second of a step.
 *
 * @param second from the start of the counted time, from 0
 * @param requests how many there were
 * @param ok good answers
 * @param failed all others, dropped ones included
 * @param p50Ms median latency of score requests; 0 where there was none
 * @param p99Ms 99th percentile
 * @param maxMs the longest
 */
public record Second(
    int second, long requests, long ok, long failed, double p50Ms, double p99Ms, double maxMs) {}
