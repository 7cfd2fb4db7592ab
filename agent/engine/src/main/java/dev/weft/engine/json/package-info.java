/** JSON that somebody else has written and nobody has checked yet, read strictly. */
@NullMarked
package dev.weft.engine.json;

import org.jspecify.annotations.NullMarked;
