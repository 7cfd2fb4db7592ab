/**
 * YAML as a tree that remembers its lines, read within limits: a hostile file costs little and gets
 * one clear error.
 *
 * <p>Where it stands: beneath the schemas; it knows nothing of resources. SnakeYAML Engine's event
 * parser does the scanning, and no type of it leaves this package.
 */
@NullMarked
package dev.weft.control.config.yaml;

import org.jspecify.annotations.NullMarked;
