/** Tests of the YAML tree. */
@NullMarked
package dev.weft.control.config.yaml;

import org.jspecify.annotations.NullMarked;
