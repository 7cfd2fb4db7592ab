/** Protobuf's encoding, for the generated messages of {@code dev.weft.xds.proto}. */
@NullMarked
package dev.weft.xds.wire;

import org.jspecify.annotations.NullMarked;
