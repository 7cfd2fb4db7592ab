package dev.weft.control.cli;

import picocli.CommandLine.Option;

/** How data is printed, of commands that print some. */
final class OutputOptions {

  @Option(
      names = {"-o", "--output"},
      paramLabel = "table|json",
      description = "How to print (default: ${DEFAULT-VALUE}).")
  private OutputFormat output = OutputFormat.TABLE;

  boolean isJson() {
    return output == OutputFormat.JSON;
  }
}
