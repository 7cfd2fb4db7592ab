/** Tests of the model. */
@NullMarked
package dev.weft.control.model;

import org.jspecify.annotations.NullMarked;
