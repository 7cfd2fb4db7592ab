/** Registration of this workload with the control service: {@code weft.control.v1}. On the loop. */
@NullMarked
package dev.weft.xds.workload;

import org.jspecify.annotations.NullMarked;
