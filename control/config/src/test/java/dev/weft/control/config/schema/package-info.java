/** Tests of the schemas and of the syntax of single values. */
@NullMarked
package dev.weft.control.config.schema;

import org.jspecify.annotations.NullMarked;
