package dev.weft.weaver;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.instrument.Instrumentation;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** Runs under an agent that is a bare {@link Weaver}, and prints what it finds. */
public final class WeaverChild {

  private static final String LIBRARY = "dev.weft.instrumentation.sample.Library";

  private WeaverChild() {}

  /**
   * @param index a file
   */
  public static void premain(String index, Instrumentation instrumentation) throws IOException {
    System.out.println("loaded before: " + new java.util.StringJoiner("").add("x"));
    HookIndex hooks = IndexReader.read(Files.readString(Path.of(index)));
    Weaver.bridge(instrumentation, WeaverChild::file, hooks).weave(Set.of("switchedoff"), report());
  }

  private static byte @Nullable [] file(String path) {
    String name = path.substring(path.indexOf('/') + 1).replace(".classdata", ".class");
    try (InputStream in = WeaverChild.class.getClassLoader().getResourceAsStream(name)) {
      return in == null ? null : in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Report report() {
    return new Report() {
      @Override
      public void woven(Library library) {
        System.out.println("woven: " + library);
      }

      @Override
      public void left(Library library, String reason) {
        System.out.println("left: " + library + ": " + reason);
      }

      @Override
      public void failed(Library library, String className, Throwable failure) {
        System.out.println("failed: " + library + " " + className + " " + failure);
        failure.printStackTrace(System.out);
      }
    };
  }

  public static void main(String[] args) throws Exception {
    URL classes = Path.of(args[0]).toUri().toURL();
    System.out.println("boot: " + new java.util.StringJoiner("").add("x"));
    System.out.println("platform: " + realm());
    greet("one", new Libraries(classes, "one"));
    greet("two", new Libraries(classes, "two"));
    greet("osgi", new Libraries(classes, "osgi", "dev.weft.bridge."));
    race(classes);
    System.out.println("suppressed: " + dev.weft.bridge.Weft.suppressedCount());
  }

  private static String realm() {
    return new com.sun.net.httpserver.BasicAuthenticator("realm") {
      @Override
      public boolean checkCredentials(String user, String password) {
        return false;
      }
    }.getRealm();
  }

  private static void greet(String name, ClassLoader loader) throws Exception {
    Class<?> type = Class.forName(LIBRARY, true, loader);
    Object library = type.getConstructor(String.class, int.class).newInstance("a", 1);
    Object greeting = type.getMethod("greet", String.class).invoke(library, "you");
    System.out.println(name + ": " + greeting);
  }

  /** Many threads load woven classes of one parallel-capable loader at once. */
  private static void race(URL classes) throws Exception {
    Libraries loader = new Libraries(classes, "race");
    CountDownLatch go = new CountDownLatch(1);
    List<Thread> threads = new ArrayList<>();
    List<Throwable> failures = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      String name = i % 2 == 0 ? LIBRARY : LIBRARY + "Two";
      Thread thread =
          new Thread(
              () -> {
                try {
                  go.await();
                  Class.forName(name, true, loader);
                } catch (Throwable t) {
                  synchronized (failures) {
                    failures.add(t);
                  }
                }
              });
      threads.add(thread);
      thread.start();
    }
    go.countDown();
    for (Thread thread : threads) {
      thread.join();
    }
    greet("race", loader);
    System.out.println("race failures: " + failures);
  }

  /** Has the library and its helper's dependencies, but not the helper. */
  static final class Libraries extends URLClassLoader {
    static {
      registerAsParallelCapable();
    }

    private final String hidden;

    Libraries(URL classes, String name) {
      this(classes, name, "none");
    }

    Libraries(URL classes, String name, String hidden) {
      super(name, new URL[] {classes}, ClassLoader.getPlatformClassLoader());
      this.hidden = hidden;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (name.startsWith(hidden) || name.endsWith(".Probe")) {
        Class<?> defined = findLoadedClass(name);
        if (defined == null) {
          throw new ClassNotFoundException(name + " is hidden");
        }
        return defined;
      }
      return super.loadClass(name, resolve);
    }
  }
}
