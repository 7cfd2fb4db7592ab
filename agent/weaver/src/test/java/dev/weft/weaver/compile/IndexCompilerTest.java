package dev.weft.weaver.compile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.instrumentation.api.HookedType;
import dev.weft.instrumentation.api.MeshModule;
import dev.weft.instrumentation.sample.Library;
import dev.weft.instrumentation.sample.LibraryModule;
import dev.weft.weaver.HookIndex;
import dev.weft.weaver.HookIndex.Adapter;
import dev.weft.weaver.HookIndex.Home;
import dev.weft.weaver.IndexReader;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IndexCompilerTest {

  private static final ClassPool POOL = new ClassPool(IndexCompilerTest.class.getClassLoader());

  private static MeshModule module(String name, HookedType... types) {
    return new MeshModule(name) {
      @Override
      public List<HookedType> hookedTypes() {
        return List.of(types);
      }
    };
  }

  @Test
  void whatIsWrittenIsRead() {
    HookIndex index = IndexCompiler.compile(List.of(new LibraryModule()), POOL);

    assertThat(IndexReader.read(IndexWriter.write(index))).isEqualTo(index);
  }

  @Test
  void theAdapterIsAsDeclared() {
    HookIndex index = IndexCompiler.compile(List.of(new LibraryModule()), POOL);

    Adapter adapter = index.adapters().get(0);
    assertThat(adapter.name()).isEqualTo("sample");
    assertThat(adapter.home()).isEqualTo(Home.LIBRARY);
    assertThat(adapter.requires()).containsExactly("dev/weft/instrumentation/sample/Library");
    assertThat(adapter.helpers()).containsExactly("dev/weft/instrumentation/sample/Probe");
    assertThat(adapter.classes().get(0).hooks()).hasSize(17);
  }

  @Test
  void theBridgeIsCompleteAndInOrder() {
    List<String> bridge = IndexCompiler.compile(List.of(), POOL).bridge();

    assertThat(bridge).contains("dev/weft/bridge/Weft", "dev/weft/bridge/Step$Send");
    assertThat(bridge.indexOf("dev/weft/bridge/Step"))
        .isLessThan(bridge.indexOf("dev/weft/bridge/Step$Send"));
  }

  @Test
  void helpersAreFoundWithAllThatTheyMention() {
    HookIndex index =
        IndexCompiler.compile(
            List.of(module("deep", HookedType.named("a.B").method("c", 0, Bad.name("Deep")))),
            POOL);

    assertThat(index.adapters().get(0).helpers())
        .containsExactly(
            "dev/weft/instrumentation/sample/DeepBase",
            "dev/weft/instrumentation/sample/Deep",
            "dev/weft/instrumentation/sample/Deep$1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Unsuppressed     | neither skips the body nor has suppress
          UnsuppressedExit | has no suppress
          TwoCalls         | its body is not one call of a static method
          Arithmetic       | its body is not one call of a static method
          Instance         | its body is not one call of a static method
          Catching         | it has a try block
          NotStatic        | it is not static
          Foreign          | it calls java.lang.System (expected: the bridge or a helper)
          AllArguments     | @Advice.AllArguments is not supported
          Origin           | @Advice.Origin is not supported
          Bare             | parameter 0 has no annotation
          OtherException   | suppress is
          Thrown           | unsupported attributes [onThrowable]
          SkipOnDefault    | skipOn is
          SkipOnNumber     | it skips on D (expected: boolean, int, long or a reference)
          FieldAtEnter     | only an @Advice.Argument may be assigned
          ArgumentAtExit   | only @Advice.Return or @Advice.FieldValue may be assigned
          ReadOnly         | a parameter with readOnly = false
          EnterOfNothing   | its enter returns nothing
          ReturnAtEnter    | have no meaning before the body
          Nothing          | neither @OnMethodEnter nor @OnMethodExit
          HiddenHelper     | is not a public static method of a public class
          OtherField       | a field of another class
          """)
  void refusesWhatItDoesNotUnderstand(String advice, String reason) {
    MeshModule bad = module("bad", HookedType.named("a.B").method("c", 1, Bad.name(advice)));

    assertThatThrownBy(() -> IndexCompiler.compile(List.of(bad), POOL))
        .isInstanceOf(UnsupportedAdviceException.class)
        .hasMessageContaining(advice.equals("HiddenHelper") ? "bad" : advice)
        .hasMessageContaining(reason);
  }

  @Test
  void aGuardsAdviceMayThrow() {
    MeshModule guard =
        new MeshModule("guard") {
          @Override
          public boolean guards() {
            return true;
          }

          @Override
          public List<HookedType> hookedTypes() {
            return List.of(
                HookedType.named("a.B")
                    .method("c", 1, Bad.name("Unsuppressed"))
                    .optional("d", 1, Bad.name("UnsuppressedExit")));
          }
        };

    Adapter adapter = IndexCompiler.compile(List.of(guard), POOL).adapters().get(0);
    HookIndex read =
        IndexReader.read(IndexWriter.write(new HookIndex(List.of(), List.of(adapter))));

    assertThat(read.adapters()).containsExactly(adapter);
    assertThat(adapter.guards()).isTrue();
    assertThat(adapter.classes().get(0).hooks())
        .extracting(HookIndex.Hook::optional)
        .containsExactly(false, true);
    assertThat(adapter.classes().get(0).hooks().get(1).splice().exit().call().suppressed())
        .isFalse();
  }

  @Test
  void refusesAHelperThatExtendsAHookedClass() {
    MeshModule bad =
        module(
            "bad",
            HookedType.named("dev.weft.instrumentation.sample.DeepBase")
                .method("c", 0, Bad.name("Deep")));

    assertThatThrownBy(() -> IndexCompiler.compile(List.of(bad), POOL))
        .hasMessageContaining("is a subtype of the hooked class");
  }

  @Test
  void refusesTwoModulesOfOneName() {
    assertThatThrownBy(
            () -> IndexCompiler.compile(List.of(new LibraryModule(), new LibraryModule()), POOL))
        .hasMessageContaining("two modules have this name");
  }

  @Test
  void refusesAMissingAdvice() {
    MeshModule bad =
        module("bad", HookedType.named(Library.class.getName()).method("x", 1, "no.Such"));

    assertThatThrownBy(() -> IndexCompiler.compile(List.of(bad), POOL))
        .hasMessageContaining("no class no.Such on the class path");
  }
}
