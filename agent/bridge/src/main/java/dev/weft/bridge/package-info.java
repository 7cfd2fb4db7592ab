/** The contract between woven code and the engine. */
@NullMarked
package dev.weft.bridge;

import org.jspecify.annotations.NullMarked;
