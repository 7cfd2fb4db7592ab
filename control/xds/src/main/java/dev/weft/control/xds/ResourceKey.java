package dev.weft.control.xds;

import dev.weft.control.xds.resource.ResourceType;

/** One resource as a client asks for it. */
record ResourceKey(ResourceType type, String name) {}
