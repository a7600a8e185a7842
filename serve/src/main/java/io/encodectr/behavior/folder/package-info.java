/** An event log in a folder: RocksDB files, group commit, checkpoints for extractions. */
@NullMarked
package io.encodectr.behavior.folder;

import org.jspecify.annotations.NullMarked;
