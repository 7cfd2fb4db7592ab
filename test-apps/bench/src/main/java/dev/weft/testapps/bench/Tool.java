package dev.weft.testapps.bench;

import dev.weft.harness.HarnessException;
import dev.weft.harness.Java;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A program of the JDK, which reads {@code JAVA_TOOL_OPTIONS} like any Java program. */
record Tool(String name, List<String> arguments) {

  static final List<Tool> ALL =
      List.of(
          new Tool("keytool", List.of("-list", "-cacerts", "-storepass", "changeit")),
          new Tool("jps", List.of()));

  /**
   * Runs it to its end.
   *
   * @param member the variables that make a process part of a mesh; empty: there are none
   * @return milliseconds
   */
  double run(Map<String, String> member)
      throws IOException, HarnessException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(Java.tool(name)));
    command.addAll(arguments);
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().putAll(member);
    long begin = System.nanoTime();
    int exit = builder.start().waitFor();
    double millis = (System.nanoTime() - begin) / 1e6;
    if (exit != 0) {
      throw new HarnessException(String.join(" ", command) + " exited with " + exit);
    }
    return millis;
  }
}
