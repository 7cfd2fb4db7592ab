package dev.weft.weaver.compile;

import dev.weft.weaver.HookIndex.Hook;
import dev.weft.weaver.HookIndex.HookedClass;
import dev.weft.weaver.Splice.Call;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.MethodNode;

/** Finds the helper classes of a module: what its advice calls, and all that those mention. */
final class Helpers {

  private static final String ADAPTERS = "dev/weft/instrumentation/";
  private static final String API = "dev/weft/instrumentation/api/";

  /** Helpers that live in a package of the JDK, for what only its own classes can reach. */
  private static final String INSIDE = "sun/nio/ch/Weft";

  private static final String BRIDGE = "dev/weft/bridge/";
  private static final List<String> ABSENT =
      List.of(API, "net/bytebuddy/", "io/opentelemetry/", "org/objectweb/asm/");

  private final ClassPool pool;
  private final String module;

  Helpers(ClassPool pool, String module) {
    this.pool = pool;
    this.module = module;
  }

  /** Whether the class, by its internal name, is a helper: nobody else has classes named so. */
  static boolean isHelper(String name) {
    return name.startsWith(ADAPTERS) || name.startsWith(INSIDE);
  }

  /** Internal names, supertypes first. */
  List<String> of(List<String> declared, List<HookedClass> classes) {
    Set<String> helpers = new TreeSet<>();
    Deque<String> open = new ArrayDeque<>();
    declared.forEach(name -> open.add(name.replace('.', '/')));
    for (Call call : calls(classes)) {
      check(call);
      open.add(call.owner());
    }
    while (!open.isEmpty()) {
      String name = open.remove();
      if (isHelper(name) && helpers.add(name)) {
        Set<String> mentioned = pool.mentioned(name, module);
        mentioned.forEach(other -> checkMention(name, other));
        open.addAll(mentioned);
      }
    }
    refuseHookedSupertypes(helpers, classes);
    return pool.supertypesFirst(helpers, module);
  }

  private static List<Call> calls(List<HookedClass> classes) {
    List<Call> calls = new ArrayList<>();
    for (HookedClass hooked : classes) {
      for (Hook hook : hooked.hooks()) {
        if (hook.splice().enter() != null) {
          calls.add(hook.splice().enter().call());
        }
        Call leaving = hook.splice().exit() == null ? null : hook.splice().exit().call();
        if (leaving != null) {
          calls.add(leaving);
        }
      }
    }
    return calls;
  }

  /** Woven code is in another package, and calls a class, not an interface. */
  private void check(Call call) {
    ClassNode owner = pool.node(call.owner(), module);
    MethodNode method = find(owner, call);
    boolean callable =
        method != null
            && Modifier.isPublic(owner.access)
            && !Modifier.isInterface(owner.access)
            && Modifier.isPublic(method.access)
            && Modifier.isStatic(method.access);
    if (!callable) {
      throw new UnsupportedAdviceException(
          module,
          call.owner().replace('/', '.')
              + "."
              + call.name()
              + call.descriptor()
              + " is not a public static method of a public class");
    }
  }

  private static @Nullable MethodNode find(ClassNode owner, Call call) {
    for (MethodNode method : owner.methods) {
      if (method.name.equals(call.name()) && method.desc.equals(call.descriptor())) {
        return method;
      }
    }
    return null;
  }

  private void checkMention(String helper, String other) {
    for (String absent : ABSENT) {
      if (other.startsWith(absent)) {
        throw misplaced(helper, other);
      }
    }
    boolean foreign =
        other.startsWith("dev/weft/") && !other.startsWith(ADAPTERS) && !other.startsWith(BRIDGE);
    if (foreign) {
      throw misplaced(helper, other);
    }
  }

  private UnsupportedAdviceException misplaced(String helper, String other) {
    return new UnsupportedAdviceException(
        module,
        "helper "
            + helper.replace('/', '.')
            + " mentions "
            + other.replace('/', '.')
            + ", which is not there when the application runs");
  }

  /** Defining such a helper would load the hooked class before it can be woven. */
  private void refuseHookedSupertypes(Set<String> helpers, List<HookedClass> classes) {
    for (String helper : helpers) {
      for (String supertype : pool.supertypes(helper, module)) {
        if (classes.stream().anyMatch(hooked -> hooked.name().equals(supertype))) {
          throw new UnsupportedAdviceException(
              module, "helper " + helper + " is a subtype of the hooked class " + supertype);
        }
      }
    }
  }
}
