/**
 * The Helm chart that installs Weft into a cluster, wherever these classes are, and the program
 * that renders it. It knows nothing of the rest of Weft.
 */
@NullMarked
package dev.weft.injector.chart;

import org.jspecify.annotations.NullMarked;
