/**
 * Interests on Redis or Valkey, one server or a cluster: what is shared by all machines that score,
 * written by any number of processes. No HTTP and no events enter here; only this room and what
 * builds on its connection use the client library.
 */
@NullMarked
package io.encodectr.redis;

import org.jspecify.annotations.NullMarked;
