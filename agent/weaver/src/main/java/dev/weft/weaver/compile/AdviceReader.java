package dev.weft.weaver.compile;

import dev.weft.weaver.Splice;
import dev.weft.weaver.Splice.Call;
import dev.weft.weaver.Splice.Enter;
import dev.weft.weaver.Splice.Entering;
import dev.weft.weaver.Splice.Exit;
import dev.weft.weaver.Splice.Leaving;
import dev.weft.weaver.Splice.Operand;
import dev.weft.weaver.Splice.Source;
import dev.weft.weaver.compile.Advices.Parameter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AnnotationNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;

/**
 * Turns an advice class into a {@link Splice}. What the splice does is what Byte Buddy would have
 * inlined; a failure is suppressed where the advice says {@code suppress = Throwable.class}, and
 * only two may say otherwise: an advice that skips the body, whose helper stands for the body and
 * throws what it would have thrown; and that of a guard, whose failures fail what it guards.
 */
final class AdviceReader {

  private AdviceReader() {}

  /**
   * @param guards whether the advice is a guard's, and may throw
   */
  static Splice read(ClassNode advice, boolean guards) {
    String name = advice.name.replace('/', '.');
    Enter enter = null;
    Exit exit = null;
    for (MethodNode method : advice.methods) {
      String where = name + "." + method.name;
      AnnotationNode entering = Advices.find(method, Advices.ENTER);
      AnnotationNode leaving = Advices.find(method, Advices.EXIT);
      if (entering != null) {
        refuse(enter != null, where, "a second @OnMethodEnter in its class");
        enter = enter(method, entering, guards, where);
      }
      if (leaving != null) {
        refuse(exit != null, where, "a second @OnMethodExit in its class");
        exit = exit(method, leaving, guards, where);
      }
    }
    refuse(enter == null && exit == null, name, "neither @OnMethodEnter nor @OnMethodExit");
    return joined(enter, exit, name);
  }

  private static Splice joined(@Nullable Enter enter, @Nullable Exit exit, String name) {
    boolean usesEntered =
        exit != null && (exit.effect() == Leaving.SKIPPED || uses(exit.call(), Source.ENTER));
    refuse(
        usesEntered
            && (enter == null
                || enter.effect() == Entering.OBSERVE
                || enter.effect() == Entering.ARGUMENT),
        name,
        "its exit takes @Advice.Enter, but its enter returns nothing");
    refuse(
        exit != null
            && exit.effect() == Leaving.SKIPPED
            && (enter == null
                || enter.effect() != Entering.SKIP
                || Type.getReturnType(enter.call().descriptor()).getSort() == Type.BOOLEAN),
        name,
        "its exit returns what the enter returned, but the enter does not skip on that");
    return new Splice(enter, exit);
  }

  private static boolean uses(@Nullable Call call, Source source) {
    return call != null && call.operands().stream().anyMatch(o -> o.source() == source);
  }

  private static Enter enter(
      MethodNode method, AnnotationNode annotation, boolean guards, String where) {
    AdviceBody body = AdviceBody.read(method, where);
    Map<Integer, Parameter> parameters = Advices.parameters(method, where);
    boolean skips = Advices.skips(annotation, where);
    Call call = call(body, parameters, Advices.suppresses(annotation, where), where);
    refuse(
        !skips && !guards && !call.suppressed(),
        where,
        "it neither skips the body nor has suppress = Throwable.class");
    refuse(
        uses(call, Source.ENTER) || uses(call, Source.RETURN),
        where,
        "@Advice.Enter and @Advice.Return have no meaning before the body");
    if (body.assigned() >= 0) {
      Parameter target = target(body, parameters, where);
      refuse(
          skips || !target.kind().equals("Argument"),
          where,
          "before the body, only an @Advice.Argument may be assigned");
      return new Enter(Entering.ARGUMENT, position(target), call);
    }
    refuse(
        skips && !isSkippedOn(Type.getReturnType(method.desc)),
        where,
        "it skips on "
            + Type.getReturnType(method.desc)
            + " (expected: boolean, int, long or a reference)");
    Entering kept = body.returned() ? Entering.KEEP : Entering.OBSERVE;
    return new Enter(skips ? Entering.SKIP : kept, -1, call);
  }

  private static Exit exit(
      MethodNode method, AnnotationNode annotation, boolean guards, String where) {
    AdviceBody body = AdviceBody.read(method, where);
    Map<Integer, Parameter> parameters = Advices.parameters(method, where);
    boolean suppressed = Advices.suppresses(annotation, where);
    if (body.call() == null) {
      Parameter entered = parameters.get(body.loaded().get(0));
      refuse(
          entered == null
              || !entered.kind().equals("Enter")
              || !target(body, parameters, where).kind().equals("Return"),
          where,
          "the only branch is: if (@Advice.Enter != null) @Advice.Return = @Advice.Enter, or the"
              + " same with != 0");
      return new Exit(Leaving.SKIPPED, "", null);
    }
    refuse(!suppressed && !guards, where, "it has no suppress = Throwable.class");
    refuse(body.returned(), where, "an exit returns nothing");
    Call call = call(body, parameters, suppressed, where);
    if (body.assigned() < 0) {
      return new Exit(Leaving.OBSERVE, "", call);
    }
    Parameter target = target(body, parameters, where);
    return switch (target.kind()) {
      case "Return" -> new Exit(Leaving.RETURN, "", call);
      case "FieldValue" -> new Exit(Leaving.FIELD, field(target, where), call);
      default ->
          throw new UnsupportedAdviceException(
              where, "at the exit, only @Advice.Return or @Advice.FieldValue may be assigned");
    };
  }

  private static Parameter target(
      AdviceBody body, Map<Integer, Parameter> parameters, String where) {
    Parameter target = parameters.get(body.assigned());
    if (target == null || !target.isWritable()) {
      throw new UnsupportedAdviceException(
          where, "it assigns to what is not a parameter with readOnly = false");
    }
    return target;
  }

  private static Call call(
      AdviceBody body, Map<Integer, Parameter> parameters, boolean suppressed, String where) {
    MethodInsnNode call = body.call();
    if (call == null) {
      throw new UnsupportedAdviceException(where, "a branch is only possible at the exit");
    }
    refuse(
        !call.owner.startsWith("dev/weft/bridge/") && !Helpers.isHelper(call.owner),
        where,
        "it calls " + call.owner.replace('/', '.') + " (expected: the bridge or a helper)");
    List<Operand> operands = new ArrayList<>();
    for (int slot : body.loaded()) {
      Parameter parameter = parameters.get(slot);
      if (parameter == null) {
        throw new UnsupportedAdviceException(where, "it loads what is not a parameter");
      }
      operands.add(operand(parameter, where));
    }
    return new Call(call.owner, call.name, call.desc, operands, suppressed);
  }

  private static Operand operand(Parameter parameter, String where) {
    return switch (parameter.kind()) {
      case "This" -> Operand.of(Source.THIS);
      case "Argument" -> Operand.argument(position(parameter));
      case "FieldValue" -> Operand.field(field(parameter, where));
      case "Enter" -> Operand.of(Source.ENTER);
      case "Return" -> Operand.of(Source.RETURN);
      default ->
          throw new UnsupportedAdviceException(
              where, "@Advice." + parameter.kind() + " is not supported");
    };
  }

  private static int position(Parameter parameter) {
    return parameter.attributes().get("value") instanceof Integer value ? value : 0;
  }

  private static String field(Parameter parameter, String where) {
    refuse(
        parameter.attributes().containsKey("declaringType"),
        where,
        "a field of another class than the woven one");
    return String.valueOf(parameter.attributes().get("value"));
  }

  private static boolean isSkippedOn(Type type) {
    return type.getSort() == Type.BOOLEAN
        || type.getSort() == Type.INT
        || type.getSort() == Type.LONG
        || type.getSort() == Type.OBJECT
        || type.getSort() == Type.ARRAY;
  }

  private static void refuse(boolean condition, String where, String why) {
    if (condition) {
      throw new UnsupportedAdviceException(where, why);
    }
  }
}
