package dev.weft.weaver.compile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.bridge.Weft;
import dev.weft.instrumentation.sample.Library;
import dev.weft.instrumentation.sample.LibraryModule;
import dev.weft.instrumentation.sample.Probe;
import dev.weft.weaver.HookIndex;
import dev.weft.weaver.Woven;
import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.asm.AsmVisitorWrapper;
import net.bytebuddy.description.method.MethodDescription;
import net.bytebuddy.dynamic.ClassFileLocator;
import net.bytebuddy.dynamic.DynamicType;
import net.bytebuddy.matcher.ElementMatcher;
import net.bytebuddy.pool.TypePool;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same declarations, woven by us and by Byte Buddy, behave alike. */
class WovenLibraryTest {

  private static final String NAME = Library.class.getName();

  @BeforeEach
  void begin() {
    reset();
  }

  private static void reset() {
    Probe.CALLS.clear();
    Probe.failing = false;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void behavesAsByteBuddysWeaving(boolean failing) throws Exception {
    List<String> theirs = story(Woven.load(NAME, byteBuddys()), failing);
    List<String> ours = story(Woven.load(NAME, ours()), failing);

    assertThat(ours).containsExactlyElementsOf(theirs);
    assertThat(ours).hasSizeGreaterThan(40);
  }

  @Test
  void countsWhatItSuppresses() throws Exception {
    long before = Weft.suppressedCount();
    Class<?> woven = Woven.load(NAME, ours());
    Object library = woven.getConstructor(String.class, int.class).newInstance("a", 1);
    Probe.failing = true;

    woven.getMethod("greet", String.class).invoke(library, "you");

    assertThat(Weft.suppressedCount() - before).isEqualTo(2); // enter and exit
  }

  @Test
  void anAroundsOwnExceptionIsTheApplicationsToSee() throws Exception {
    Class<?> woven = Woven.load(NAME, ours());
    Probe.failing = true;

    assertThat(
            org.assertj.core.api.Assertions.catchThrowable(
                () -> woven.getMethod("join", String.class, Object.class).invoke(null, "b", 1)))
        .isInstanceOf(InvocationTargetException.class)
        .hasCauseInstanceOf(UnsupportedOperationException.class);
  }

  private static byte[] ours() throws Exception {
    ClassPool pool = new ClassPool(WovenLibraryTest.class.getClassLoader());
    HookIndex index = IndexCompiler.compile(List.of(new LibraryModule()), pool);
    return Woven.weave(pool.file(NAME.replace('.', '/'), "test"), index);
  }

  /** As OpenTelemetry's agent would, without its exception handler. */
  private static byte[] byteBuddys() {
    ClassFileLocator files = ClassFileLocator.ForClassLoader.ofSystemLoader();
    TypePool types = TypePool.Default.of(files);
    List<DynamicType.Builder<?>> builder = new ArrayList<>();
    builder.add(new ByteBuddy().redefine(types.describe(NAME).resolve(), files));
    new LibraryModule()
        .hookedTypes()
        .forEach(
            type ->
                type.transform(
                    new io.opentelemetry.javaagent.extension.instrumentation.TypeTransformer() {
                      @Override
                      public void applyAdviceToMethod(
                          ElementMatcher<? super MethodDescription> matcher,
                          java.util.function.Function<
                                  Advice.WithCustomMapping, Advice.WithCustomMapping>
                              mapping,
                          String advice) {
                        AsmVisitorWrapper wrapper =
                            mapping
                                .apply(Advice.withCustomMapping())
                                .to(types.describe(advice).resolve(), files)
                                .on(matcher);
                        builder.set(0, builder.get(0).visit(wrapper));
                      }

                      @Override
                      public void applyTransformer(
                          net.bytebuddy.agent.builder.AgentBuilder.Transformer transformer) {
                        throw new UnsupportedOperationException();
                      }
                    }));
    return builder.get(0).make().getBytes();
  }

  /** Calls everything and tells what happened. */
  private static List<String> story(Class<?> type, boolean failing) throws Exception {
    reset();
    List<String> story = new ArrayList<>();
    Object library = type.getConstructor(String.class, int.class).newInstance("", 7);
    Probe.failing = failing;
    call(story, type, library, "greet", "you");
    call(story, type, library, "greet", (Object) null);
    call(story, type, library, "sum", 5L, 3, 2.5);
    call(story, type, library, "isEven", 4);
    call(story, type, library, "half", 3.0);
    call(story, type, library, "third", 9f);
    call(story, type, library, "letter", (byte) 1, (short) 2, 'a');
    call(story, type, library, "array", new int[] {1, 2, 3});
    call(story, type, library, "run", new ArrayList<>(List.of("go")));
    call(story, type, library, "run", new ArrayList<>(List.of("refuse")));
    call(story, type, null, "join", "b", 1);
    call(story, type, null, "join", "a", 1);
    call(story, type, library, "take", 5);
    call(story, type, library, "take", -5);
    call(story, type, library, "takeLong", 1L << 40, 0);
    call(story, type, library, "takeLong", -1L, 0);
    call(story, type, library, "find", new int[] {4, 5}, 5);
    call(story, type, library, "guarded", " text ");
    call(story, type, library, "guarded", (Object) null);
    call(story, type, library, "failing", "reason");
    call(story, type, library, "shared");
    story.addAll(Probe.CALLS);
    @SuppressWarnings("unchecked")
    List<String> ran = (List<String>) type.getField("RAN").get(null);
    story.addAll(ran);
    return story;
  }

  private static void call(
      List<String> story, Class<?> type, Object target, String name, Object... arguments)
      throws Exception {
    for (var method : type.getMethods()) {
      if (method.getName().equals(name)) {
        try {
          Object result = method.invoke(target, arguments);
          String text = result instanceof int[] ints ? Arrays.toString(ints) : "" + result;
          story.add(name + " returned " + text);
        } catch (InvocationTargetException e) {
          story.add(name + " threw " + e.getCause());
        }
        return;
      }
    }
    throw new AssertionError("no method " + name);
  }
}
