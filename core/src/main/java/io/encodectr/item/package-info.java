/** Per-item numbers that every behavior on the item shares. Knows nothing of users. */
@NullMarked
package io.encodectr.item;

import org.jspecify.annotations.NullMarked;
