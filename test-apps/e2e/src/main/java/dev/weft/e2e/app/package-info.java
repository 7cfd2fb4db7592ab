/** Ordinary applications, written without any knowledge of the mesh, for the end-to-end tests. */
@NullMarked
package dev.weft.e2e.app;

import org.jspecify.annotations.NullMarked;
