/**
 * Which connections an application may make, and which it makes beside the mesh. Decides only: the
 * socket layer asks, through {@link dev.weft.engine.wire.MeshWire}.
 */
@NullMarked
package dev.weft.engine.egress;

import org.jspecify.annotations.NullMarked;
