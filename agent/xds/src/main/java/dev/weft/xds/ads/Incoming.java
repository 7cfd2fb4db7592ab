package dev.weft.xds.ads;

import dev.weft.xds.proto.Any;
import org.jspecify.annotations.Nullable;

/** One resource as it came. */
record Incoming(String name, String version, @Nullable Any resource) {}
