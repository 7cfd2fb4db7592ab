/** The client against real gRPC servers, and against what is none. */
@NullMarked
package dev.weft.xds;

import org.jspecify.annotations.NullMarked;
