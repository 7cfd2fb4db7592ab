package dev.weft.instrumentation.sample;

import dev.weft.instrumentation.api.HookedType;
import dev.weft.instrumentation.api.MeshModule;
import java.util.List;

/** Weaves {@link Library}. */
public final class LibraryModule extends MeshModule {

  private static final String ADVICE = "dev.weft.instrumentation.sample.LibraryAdvice$";

  public LibraryModule() {
    super("sample");
  }

  @Override
  public List<HookedType> hookedTypes() {
    return List.of(
        HookedType.named(Library.class.getName())
            .constructor(List.of("java.lang.String", "int"), ADVICE + "Constructed")
            .method("greet", 1, ADVICE + "Greeted")
            .method("sum", List.of("long", "int", "double"), ADVICE + "Summed")
            .method("isEven", 1, ADVICE + "Negated")
            .method("half", 1, ADVICE + "Doubled")
            .method("third", 1, ADVICE + "Tripled")
            .method("letter", 3, ADVICE + "Lettered")
            .method("array", List.of("[I"), ADVICE + "Reversed")
            .method("run", 1, ADVICE + "Refused")
            .method("join", 2, ADVICE + "Joined")
            .method("take", 1, ADVICE + "Taken")
            .method("takeLong", 2, ADVICE + "TakenLong")
            .optional("notThere", 2, ADVICE + "TakenLong")
            .method("find", HookedType.ANY, ADVICE + "Found")
            .method("guarded", 1, ADVICE + "Observed")
            .method("failing", 1, ADVICE + "Observed")
            .method("shared", 0, ADVICE + "Shared"),
        HookedType.named(LibraryTwo.class.getName()).method("answer", 1, ADVICE + "Observed"));
  }

  @Override
  public List<String> requires() {
    return List.of(Library.class.getName());
  }
}
