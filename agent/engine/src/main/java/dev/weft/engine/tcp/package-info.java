/**
 * Where connections go that carry no requests the mesh could see: by the name or address that the
 * application connects to, once, when it does. Decides only, like requests' routing.
 */
@NullMarked
package dev.weft.engine.tcp;

import org.jspecify.annotations.NullMarked;
