package dev.weft.control.cli;

/** How data is printed. */
enum OutputFormat {
  TABLE,
  JSON
}
