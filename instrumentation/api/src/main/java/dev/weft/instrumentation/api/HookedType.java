package dev.weft.instrumentation.api;

import static net.bytebuddy.matcher.ElementMatchers.isAbstract;
import static net.bytebuddy.matcher.ElementMatchers.isBridge;
import static net.bytebuddy.matcher.ElementMatchers.isConstructor;
import static net.bytebuddy.matcher.ElementMatchers.not;
import static net.bytebuddy.matcher.ElementMatchers.takesArgument;
import static net.bytebuddy.matcher.ElementMatchers.takesArguments;

import io.opentelemetry.javaagent.extension.instrumentation.TypeInstrumentation;
import io.opentelemetry.javaagent.extension.instrumentation.TypeTransformer;
import java.util.ArrayList;
import java.util.List;
import net.bytebuddy.description.method.MethodDescription;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.matcher.ElementMatcher;
import net.bytebuddy.matcher.ElementMatchers;

/**
 * One class, by its exact name, and the advice on its methods.
 *
 * <p>The body of an advice method is one call of a public static method of the bridge or of a
 * helper class, whose result is returned, assigned to one parameter, or dropped; the index compiler
 * refuses anything else. The supported forms:
 *
 * <ul>
 *   <li>{@code @OnMethodEnter}: observe; or assign an {@code @Advice.Argument}; or return a value
 *       that the exit takes as {@code @Advice.Enter}.
 *   <li>{@code @OnMethodEnter(skipOn = OnNonDefaultValue.class)} that returns a boolean, an int, a
 *       long or a reference. The exit runs all the same; with the body {@code if (entered != null)
 *       returned = entered;} ({@code != 0}) it makes that what the method returns.
 *   <li>{@code @OnMethodExit}, for normal exits: observe; or assign the {@code @Advice.Return}, or
 *       an {@code @Advice.FieldValue}. Parameters are as they were when the body began.
 * </ul>
 *
 * <p>Every advice has {@code suppress = Throwable.class}, with two exceptions: an enter that skips
 * the body because its helper did the body's work goes without, when the helper throws what the
 * body would have thrown; a suppressed failure would run the body once more. And the advice of a
 * module that {@link MeshModule#guards guards} may fail what it guards.
 */
public final class HookedType implements TypeInstrumentation {

  /** Matches methods with any parameters. */
  public static final int ANY = -1;

  /**
   * One advice.
   *
   * @param method the method's name; {@code <init>} for constructors
   * @param arguments how many parameters it takes, or {@link #ANY}
   * @param types names of its first parameters' types, as {@link Class#getName} gives them; empty:
   *     any
   * @param optional whether there are supported versions without such a method
   * @param advice binary name of the class with the advice methods
   */
  public record Hook(
      String method, int arguments, List<String> types, boolean optional, String advice) {
    public Hook {
      types = List.copyOf(types);
    }

    ElementMatcher.Junction<MethodDescription> matcher() {
      ElementMatcher.Junction<MethodDescription> matcher =
          method.equals("<init>")
              ? isConstructor()
              : ElementMatchers.<MethodDescription>named(method)
                  .and(not(isAbstract()))
                  .and(not(isBridge()));
      if (arguments != ANY) {
        matcher = matcher.and(takesArguments(arguments));
      }
      for (int i = 0; i < types.size(); i++) {
        matcher = matcher.and(takesArgument(i, exactly(types.get(i))));
      }
      return matcher;
    }

    /** Byte Buddy's own names of arrays are those of source code. */
    private static ElementMatcher<TypeDescription> exactly(String type) {
      return type.startsWith("[")
          ? ElementMatchers.hasDescriptor(type.replace('.', '/'))
          : ElementMatchers.named(type);
    }
  }

  private final String name;
  private final List<Hook> hooks = new ArrayList<>();

  private HookedType(String name) {
    this.name = name;
  }

  /** The class with this binary name, and no other. */
  public static HookedType named(String name) {
    return new HookedType(name);
  }

  /** Advice on the methods of this name that take this many parameters ({@link #ANY}: all). */
  public HookedType method(String method, int arguments, String advice) {
    hooks.add(new Hook(method, arguments, List.of(), false, advice));
    return this;
  }

  /** Advice on the method of this name with exactly these parameter types. */
  public HookedType method(String method, List<String> types, String advice) {
    hooks.add(new Hook(method, types.size(), types, false, advice));
    return this;
  }

  /** The same as {@link #method(String, int, String)}, where the version has such a method. */
  public HookedType optional(String method, int arguments, String advice) {
    hooks.add(new Hook(method, arguments, List.of(), true, advice));
    return this;
  }

  /** Advice on the constructors with exactly these parameter types. */
  public HookedType constructor(List<String> types, String advice) {
    return method("<init>", types, advice);
  }

  /** The binary name of the class. */
  public String name() {
    return name;
  }

  public List<Hook> hooks() {
    return List.copyOf(hooks);
  }

  @Override
  public ElementMatcher<TypeDescription> typeMatcher() {
    return ElementMatchers.named(name);
  }

  @Override
  public void transform(TypeTransformer transformer) {
    for (Hook hook : hooks) {
      transformer.applyAdviceToMethod(hook.matcher(), hook.advice());
    }
  }
}
