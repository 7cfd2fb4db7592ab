@NullMarked
package dev.weft.xds.wire;

import org.jspecify.annotations.NullMarked;
