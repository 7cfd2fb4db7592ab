package dev.weft.weaver;

import dev.weft.weaver.HookIndex.Hook;
import dev.weft.weaver.HookIndex.HookedClass;
import dev.weft.weaver.Shape.Member;
import dev.weft.weaver.Splice.Call;
import dev.weft.weaver.Splice.Enter;
import dev.weft.weaver.Splice.Entering;
import dev.weft.weaver.Splice.Exit;
import dev.weft.weaver.Splice.Leaving;
import dev.weft.weaver.Splice.Operand;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Type;

/**
 * Whether hooks fit a class. What does not is an unsupported version of the library, and must be
 * known before anything of it is woven: half an adapter is worse than none.
 */
final class Fit {

  private final Shape shape;

  private Fit(Shape shape) {
    this.shape = shape;
  }

  /** Null when all hooks fit; else what was found and what was expected. */
  static @Nullable String check(HookedClass hooked, Shape shape) {
    Fit fit = new Fit(shape);
    for (Hook hook : hooked.hooks()) {
      boolean found = false;
      for (Member method : shape.methods()) {
        if (matches(hook, method)) {
          found = true;
          String misfit = fit.splice(hook.splice(), method);
          if (misfit != null) {
            return name(shape) + "." + method.name() + method.descriptor() + ": " + misfit;
          }
        }
      }
      if (!found && !hook.optional()) {
        return name(shape) + ": no method " + expected(hook);
      }
    }
    return null;
  }

  static boolean matches(Hook hook, Member method) {
    if (!method.hasBody() || !method.name().equals(hook.method())) {
      return false;
    }
    Type[] arguments = Type.getArgumentTypes(method.descriptor());
    boolean counts = hook.arguments() == HookIndex.ANY || hook.arguments() == arguments.length;
    if (!counts || hook.types().size() > arguments.length) {
      return false;
    }
    for (int i = 0; i < hook.types().size(); i++) {
      if (!hook.types().get(i).equals(arguments[i].getDescriptor())) {
        return false;
      }
    }
    return true;
  }

  private static String expected(Hook hook) {
    if (!hook.types().isEmpty()) {
      return hook.method() + hook.types();
    }
    return hook.arguments() == HookIndex.ANY
        ? hook.method()
        : hook.method() + " with " + hook.arguments() + " parameters";
  }

  private static String name(Shape shape) {
    return shape.name().replace('/', '.');
  }

  private @Nullable String splice(Splice splice, Member method) {
    Enter enter = splice.enter();
    Type kept = null;
    if (enter != null) {
      String misfit = call(enter.call(), method, null);
      if (misfit == null) {
        misfit = entering(enter, splice.exit(), method);
      }
      if (misfit != null) {
        return misfit;
      }
      kept = Type.getReturnType(enter.call().descriptor());
    }
    Exit exit = splice.exit();
    return exit == null || exit.call() == null ? null : leaving(exit, exit.call(), method, kept);
  }

  private @Nullable String entering(Enter enter, @Nullable Exit exit, Member method) {
    if (method.isConstructor()
        && (enter.effect() == Entering.SKIP
            || enter.call().uses(Splice.Source.THIS)
            || enter.call().uses(Splice.Source.FIELD))) {
      return "a constructor cannot be skipped or observed before it has begun";
    }
    Type result = Type.getReturnType(enter.call().descriptor());
    if (enter.effect() == Entering.ARGUMENT) {
      return argument(enter.argument(), method, result, false);
    }
    boolean returned = exit != null && exit.effect() == Leaving.SKIPPED;
    return returned ? assignable(result, Type.getReturnType(method.descriptor())) : null;
  }

  private @Nullable String leaving(Exit exit, Call call, Member method, @Nullable Type kept) {
    String misfit = call(call, method, kept);
    if (misfit != null) {
      return misfit;
    }
    Type result = Type.getReturnType(call.descriptor());
    if (exit.effect() == Leaving.RETURN) {
      return assignable(result, Type.getReturnType(method.descriptor()));
    }
    if (exit.effect() != Leaving.FIELD) {
      return null;
    }
    Member field = shape.fields().get(exit.field());
    if (field == null || field.isStatic() || method.isStatic()) {
      return "no field " + exit.field() + " of the object";
    }
    if (field.isFinal() && !method.isConstructor()) {
      return "field " + exit.field() + " is final";
    }
    return assignable(result, Type.getType(field.descriptor()));
  }

  private @Nullable String call(Call call, Member method, @Nullable Type kept) {
    Type[] parameters = Type.getArgumentTypes(call.descriptor());
    for (int i = 0; i < parameters.length; i++) {
      String misfit = operand(call.operands().get(i), parameters[i], method, kept);
      if (misfit != null) {
        return misfit;
      }
    }
    return null;
  }

  private @Nullable String operand(
      Operand operand, Type parameter, Member method, @Nullable Type kept) {
    return switch (operand.source()) {
      case THIS ->
          method.isStatic()
              ? "it is static (expected: an instance method)"
              : assignable(Type.getObjectType(shape.name()), parameter);
      case ARGUMENT -> argument(operand.argument(), method, parameter, true);
      case FIELD -> {
        Member field = shape.fields().get(operand.field());
        yield field == null || (method.isStatic() && !field.isStatic())
            ? "no field " + operand.field()
            : assignable(Type.getType(field.descriptor()), parameter);
      }
      case ENTER -> kept == null ? "nothing was kept" : assignable(kept, parameter);
      case RETURN -> assignable(Type.getReturnType(method.descriptor()), parameter);
    };
  }

  private static @Nullable String argument(int position, Member method, Type other, boolean read) {
    Type[] arguments = Type.getArgumentTypes(method.descriptor());
    if (position >= arguments.length) {
      return "no parameter " + position;
    }
    return read ? assignable(arguments[position], other) : assignable(other, arguments[position]);
  }

  /** References may always be tried: a cast goes in where the types differ. */
  private static @Nullable String assignable(Type from, Type to) {
    boolean references = isReference(from) && isReference(to);
    return references || from.equals(to)
        ? null
        : "found " + from.getClassName() + " (expected: " + to.getClassName() + ")";
  }

  private static boolean isReference(Type type) {
    return type.getSort() == Type.OBJECT || type.getSort() == Type.ARRAY;
  }
}
