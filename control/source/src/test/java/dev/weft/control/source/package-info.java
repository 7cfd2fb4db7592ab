/** Tests of the sources. */
@NullMarked
package dev.weft.control.source;

import org.jspecify.annotations.NullMarked;
