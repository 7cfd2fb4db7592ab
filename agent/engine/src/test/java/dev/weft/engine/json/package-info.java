/** Tests of reading JSON. */
@NullMarked
package dev.weft.engine.json;

import org.jspecify.annotations.NullMarked;
