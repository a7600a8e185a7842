/**
 * The service over HTTP: routes, limits, tokens, TLS, and requests and answers as JSON. What is
 * computed is computed in {@code service}; here is only what a network needs.
 */
@NullMarked
package io.encodectr.http;

import org.jspecify.annotations.NullMarked;
