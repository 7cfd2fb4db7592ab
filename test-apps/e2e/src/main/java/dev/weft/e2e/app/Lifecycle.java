package dev.weft.e2e.app;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/**
 * Says what of an agent it sees, then begins to stop. Arguments: URLs to ask first, each answered
 * by a line {@code asked STATUS} or {@code asked EXCEPTION}; {@code wait} for a line from outside.
 */
public final class Lifecycle {

  private Lifecycle() {}

  public static void main(String[] args) throws IOException {
    Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("hook")));
    System.out.println("main");
    for (String name : List.of("dev.weft.bridge.Weft", "dev.weft.runtime.Agent")) {
      System.out.println("sees " + name + ": " + sees(name));
    }
    System.out.println("sees ASM: " + sees("org.objectweb.asm.ClassReader"));
    for (String argument : args) {
      if (argument.equals("wait")) {
        int unused = System.in.read();
      } else {
        System.out.println("asked " + ask(argument));
      }
    }
    System.out.println("threads " + threads());
  }

  private static boolean sees(String name) {
    try {
      return Class.forName(name, false, Lifecycle.class.getClassLoader()) != null;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  private static String ask(String url) {
    try {
      HttpURLConnection connection = (HttpURLConnection) URI.create(url).toURL().openConnection();
      return Integer.toString(connection.getResponseCode());
    } catch (IOException e) {
      return e.getClass().getSimpleName();
    }
  }

  /** Names of threads that would keep the process alive. */
  private static List<String> threads() {
    List<String> names = new ArrayList<>();
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (!thread.isDaemon() && thread.getName().startsWith("weft")) {
        names.add(thread.getName());
      }
    }
    return names;
  }
}
