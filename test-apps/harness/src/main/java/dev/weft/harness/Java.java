package dev.weft.harness;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Command lines of {@code java}, of the JDK that runs this. */
public final class Java {

  private Java() {}

  /** Runs a jar in a small heap: many of them have room on a laptop. */
  public static List<String> jar(Path jar, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(tool("java"));
    command.add("-Xmx192m");
    command.add("-jar");
    command.add(jar.toString());
    command.addAll(List.of(arguments));
    return command;
  }

  /** A program of the JDK: {@code java}, {@code keytool}. */
  public static String tool(String name) {
    return Path.of(System.getProperty("java.home"), "bin", name).toString();
  }
}
