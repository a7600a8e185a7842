/**
 * The page that shows an experiment: {@code results.json} in, one self-contained HTML file out.
 * What the numbers say is decided by whoever writes {@code results.json}; this room only shows
 * them. No method, no training and no evaluation may enter.
 */
@NullMarked
package io.encodectr.report;

import org.jspecify.annotations.NullMarked;
