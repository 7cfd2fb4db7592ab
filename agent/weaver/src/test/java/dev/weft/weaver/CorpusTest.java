package dev.weft.weaver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.weaver.HookIndex.Hook;
import dev.weft.weaver.Shape.Member;
import dev.weft.weaver.Splice.Call;
import dev.weft.weaver.Splice.Enter;
import dev.weft.weaver.Splice.Entering;
import dev.weft.weaver.Splice.Exit;
import dev.weft.weaver.Splice.Leaving;
import dev.weft.weaver.Splice.Operand;
import dev.weft.weaver.Splice.Source;
import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.function.Function;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.Type;

/**
 * Weaves every method of thousands of real classes and has the JVM verify each: whatever javac, and
 * other compilers, put into method bodies.
 */
class CorpusTest {

  private static final String PROBE = "dev/weft/instrumentation/sample/Probe";

  /** Jars that happen to be on the test's class path. */
  static List<File> jars() {
    List<File> jars = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      if (entry.endsWith(".jar")) {
        jars.add(new File(entry));
      }
    }
    assertThat(jars).hasSizeGreaterThan(5);
    return jars;
  }

  @ParameterizedTest
  @MethodSource("jars")
  void everyMethodVerifies(File jar) throws IOException {
    List<Function<Member, Splice>> splices =
        List.of(CorpusTest::observing, CorpusTest::skipping, CorpusTest::replacing);
    for (Function<Member, Splice> splice : splices) {
      try (Loader loader = new Loader(splice)) {
        verifyAll(jar, loader);
      }
    }
  }

  private static void verifyAll(File file, Loader loader) throws IOException {
    List<String> failures = new ArrayList<>();
    int linked = 0;
    try (JarFile jar = new JarFile(file)) {
      for (Enumeration<JarEntry> entries = jar.entries(); entries.hasMoreElements(); ) {
        String name = entries.nextElement().getName();
        if (name.endsWith(".class") && !name.startsWith("META-INF/") && !name.contains("-info")) {
          String className = name.substring(0, name.length() - 6).replace('/', '.');
          try {
            linked += loader.loadClass(className).getDeclaredMethods().length; // verifies, too
          } catch (VerifyError | ClassFormatError e) {
            failures.add(className + ": " + e);
          } catch (NoClassDefFoundError | ClassNotFoundException | IncompatibleClassChangeError e) {
            // Optional dependencies of the jar are absent, woven or not.
          }
        }
      }
    }
    System.out.printf("%s: %d methods verified%n", file.getName(), linked);
    assertThat(failures).isEmpty();
  }

  /** Enter kept for the exit, which sees everything. */
  private static Splice observing(Member method) {
    List<Operand> operands = new ArrayList<>();
    StringBuilder descriptor = new StringBuilder("(Ljava/lang/Object;");
    operands.add(Operand.of(Source.ENTER));
    if (!method.isStatic()) {
      operands.add(Operand.of(Source.THIS));
      descriptor.append("Ljava/lang/Object;");
    }
    Type[] arguments = Type.getArgumentTypes(method.descriptor());
    for (int i = 0; i < arguments.length; i++) {
      operands.add(Operand.argument(i));
      descriptor.append(arguments[i].getDescriptor());
    }
    Type result = Type.getReturnType(method.descriptor());
    if (result.getSort() != Type.VOID) {
      operands.add(Operand.of(Source.RETURN));
      descriptor.append(result.getDescriptor());
    }
    Call enter = new Call(PROBE, "enter", "()Ljava/lang/Object;", List.of(), true);
    Call exit = new Call(PROBE, "exit", descriptor.append(")V").toString(), operands, true);
    return new Splice(new Enter(Entering.KEEP, -1, enter), new Exit(Leaving.OBSERVE, "", exit));
  }

  /** Body skipped; every other kind of method observed. */
  private static Splice skipping(Member method) {
    Type result = Type.getReturnType(method.descriptor());
    if (method.isConstructor()) {
      Call call = new Call(PROBE, "enter", "()V", List.of(), true);
      return new Splice(new Enter(Entering.OBSERVE, -1, call), null);
    }
    if (result.getSort() == Type.OBJECT) {
      Call call = new Call(PROBE, "join", "()Ljava/lang/Object;", List.of(), false);
      return new Splice(new Enter(Entering.SKIP, -1, call), new Exit(Leaving.SKIPPED, "", null));
    }
    Call enter = new Call(PROBE, "refused", "()Z", List.of(), true);
    Call exit = new Call(PROBE, "exit", "(Z)V", List.of(Operand.of(Source.ENTER)), true);
    return new Splice(new Enter(Entering.SKIP, -1, enter), new Exit(Leaving.OBSERVE, "", exit));
  }

  /** First argument and returned value replaced. */
  private static Splice replacing(Member method) {
    Type[] arguments = Type.getArgumentTypes(method.descriptor());
    Type result = Type.getReturnType(method.descriptor());
    Enter enter = null;
    if (arguments.length > 0) {
      String type = arguments[0].getDescriptor();
      List<Operand> operands = List.of(Operand.argument(0));
      Call call = new Call(PROBE, "argument", "(" + type + ")" + type, operands, true);
      enter = new Enter(Entering.ARGUMENT, 0, call);
    }
    Exit exit = null;
    if (result.getSort() != Type.VOID) {
      String type = result.getDescriptor();
      List<Operand> operands = List.of(Operand.of(Source.RETURN));
      Call call = new Call(PROBE, "result", "(" + type + ")" + type, operands, true);
      exit = new Exit(Leaving.RETURN, "", call);
    }
    return new Splice(enter, exit);
  }

  /** Weaves what it loads, twice: two adapters may meet in one method. */
  private static final class Loader extends URLClassLoader {
    private final Function<Member, Splice> splices;

    Loader(Function<Member, Splice> splices) throws IOException {
      super(urls(), ClassLoader.getPlatformClassLoader());
      this.splices = splices;
    }

    private static URL[] urls() throws IOException {
      List<URL> urls = new ArrayList<>();
      for (File jar : jars()) {
        urls.add(jar.toURI().toURL());
      }
      return urls.toArray(URL[]::new);
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
      try (var in = findResource(name.replace('.', '/') + ".class").openStream()) {
        ClassReader reader = new ClassReader(in.readAllBytes());
        Shape shape = Shape.of(reader);
        byte[] woven = ClassWeave.weave(reader, shape, hooks(shape));
        return defineClass(name, woven, 0, woven.length);
      } catch (IOException | NullPointerException e) {
        throw new ClassNotFoundException(name, e);
      }
    }

    private List<Hook> hooks(Shape shape) {
      List<Hook> hooks = new ArrayList<>();
      for (Member method : shape.methods()) {
        if (method.hasBody() && !method.name().equals("<clinit>")) {
          List<String> types = new ArrayList<>();
          for (Type type : Type.getArgumentTypes(method.descriptor())) {
            types.add(type.getDescriptor());
          }
          Hook hook = new Hook(method.name(), types.size(), types, false, splices.apply(method));
          hooks.add(hook);
          hooks.add(hook);
        }
      }
      return hooks;
    }
  }
}
