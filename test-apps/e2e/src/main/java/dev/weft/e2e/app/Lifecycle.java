package dev.weft.e2e.app;

import java.net.HttpURLConnection;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/**
 * Says what of an agent it sees, then begins to stop. Arguments: URLs to ask first, each answered
 * by a line {@code asked STATUS} or {@code asked EXCEPTION}.
 */
public final class Lifecycle {

  private Lifecycle() {}

  public static void main(String[] args) throws InterruptedException {
    Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("hook")));
    System.out.println("main");
    for (String name : List.of("dev.weft.bridge.Weft", "dev.weft.runtime.Agent")) {
      System.out.println("sees " + name + ": " + sees(name));
    }
    System.out.println("sees ASM: " + sees("org.objectweb.asm.ClassReader"));
    for (String url : args) {
      System.out.println("asked " + ask(url));
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
    } catch (java.io.IOException e) {
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
