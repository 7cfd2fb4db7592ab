/** Tests of the helpers alone; the woven JDK is tested by the contracts. */
@NullMarked
package dev.weft.instrumentation.jdkhttpserver;

import org.jspecify.annotations.NullMarked;
