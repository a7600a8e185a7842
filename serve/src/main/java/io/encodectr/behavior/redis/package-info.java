/** An event log on Redis or Valkey, which any number of services share. */
@NullMarked
package io.encodectr.behavior.redis;

import org.jspecify.annotations.NullMarked;
