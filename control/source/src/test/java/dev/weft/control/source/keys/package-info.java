/** Tests of fetching keys. */
@NullMarked
package dev.weft.control.source.keys;

import org.jspecify.annotations.NullMarked;
