@NullMarked
package dev.weft.injector;

import org.jspecify.annotations.NullMarked;
