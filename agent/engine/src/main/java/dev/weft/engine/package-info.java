/** The mesh itself, behind the bridge: no I/O, no threads of its own. */
@NullMarked
package dev.weft.engine;

import org.jspecify.annotations.NullMarked;
