/** The command line as its users meet it: output, exit codes, signals. */
@NullMarked
package dev.weft.control.cli;

import org.jspecify.annotations.NullMarked;
