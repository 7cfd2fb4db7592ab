/**
 * What fields each kind of resource has, of which type, and whether Weft enforces them: read from
 * the {@code .schema} files beside this package, checked against documents, printed into the
 * documentation.
 *
 * <p>Where it stands: between the YAML tree and the readers of single kinds, which find only
 * well-typed values.
 */
@NullMarked
package dev.weft.control.config.schema;

import org.jspecify.annotations.NullMarked;
