/**
 * {@code weftctl}, the command line. Data goes to stdout, everything else to stderr; exit codes are
 * 0 (fine), 1 (findings, or it did not work) and 2 (wrong usage).
 *
 * <p>Where it stands: at the outer edge. {@code up} starts the service in this process, {@code
 * status} asks a running one over HTTP, {@code analyze} reads files.
 */
@NullMarked
package dev.weft.control.cli;

import org.jspecify.annotations.NullMarked;
