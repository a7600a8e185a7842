/** The running service put together from its parts; nothing depends on this room. */
@NullMarked
package io.encodectr.online;

import org.jspecify.annotations.NullMarked;
