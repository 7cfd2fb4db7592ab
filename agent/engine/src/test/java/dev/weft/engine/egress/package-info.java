@NullMarked
package dev.weft.engine.egress;

import org.jspecify.annotations.NullMarked;
