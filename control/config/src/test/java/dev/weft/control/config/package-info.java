/** Tests of reading, validating and resolving. */
@NullMarked
package dev.weft.control.config;

import org.jspecify.annotations.NullMarked;
