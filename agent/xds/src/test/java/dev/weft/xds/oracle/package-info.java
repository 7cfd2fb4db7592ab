/** Decisions compared with those of a real Envoy. */
@NullMarked
package dev.weft.xds.oracle;

import org.jspecify.annotations.NullMarked;
