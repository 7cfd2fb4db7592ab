@NullMarked
package dev.weft.xds.decode;

import org.jspecify.annotations.NullMarked;
