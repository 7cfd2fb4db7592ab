/** The registry under a manual clock, and its service over gRPC in this process. */
@NullMarked
package dev.weft.control.source.registry;

import org.jspecify.annotations.NullMarked;
