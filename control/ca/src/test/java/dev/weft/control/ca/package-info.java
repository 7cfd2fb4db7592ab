/** Tests of the authority. */
@NullMarked
package dev.weft.control.ca;

import org.jspecify.annotations.NullMarked;
