/**
 * An open-loop load generator: it asks a running service at times that were fixed ahead and reports
 * how long the answers took. It knows the service by its HTTP interface only; nothing of the
 * service's own packages may enter, nor what a model makes of a request.
 */
@NullMarked
package io.encodectr.load;

import org.jspecify.annotations.NullMarked;
