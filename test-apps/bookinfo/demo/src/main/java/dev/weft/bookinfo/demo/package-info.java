/**
 * The demo: starts the control service and bookinfo's applications as processes of their own, sends
 * traffic, changes the rules under it, and says what happened. It knows Weft only from outside: a
 * jar to attach, a command to start, a directory of YAML to edit.
 *
 * <p>Three acts: {@code Opening} starts everything, {@code Demo} is the story, {@code Closing} asks
 * the mesh what it has seen. Below them: processes ({@code Stack}, {@code Workspace}), traffic
 * ({@code Shopper}, {@code Load}, {@code SteadyLoad}, {@code Tally}), changes ({@code Change}) and
 * traces ({@code TraceSink}, {@code Traces}).
 */
@NullMarked
package dev.weft.bookinfo.demo;

import org.jspecify.annotations.NullMarked;
