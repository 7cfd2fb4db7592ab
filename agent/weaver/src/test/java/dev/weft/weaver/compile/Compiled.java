package dev.weft.weaver.compile;

import dev.weft.instrumentation.api.HookedType;
import dev.weft.instrumentation.api.MeshModule;
import dev.weft.instrumentation.sample.JdkModules;
import dev.weft.instrumentation.sample.Library;
import dev.weft.instrumentation.sample.LibraryModule;
import java.util.List;

/** The index of the sample modules. */
public final class Compiled {

  private static final String ADVICE = "dev.weft.instrumentation.sample.LibraryAdvice$Observed";

  private Compiled() {}

  public static String samples() {
    return IndexWriter.write(
        IndexCompiler.compile(
            List.of(
                new LibraryModule(),
                new JdkModules.OfBoot(),
                new JdkModules.OfPlatform(),
                new Other("renamed", "noSuchMethod", List.of()),
                new Other("required", "greet", List.of("no.such.Class")),
                new Other("switchedoff", "noSuchMethod", List.of())),
            new ClassPool(Compiled.class.getClassLoader())));
  }

  /** Another module on the same class. */
  private static final class Other extends MeshModule {
    private final String method;
    private final List<String> requires;

    Other(String name, String method, List<String> requires) {
      super(name);
      this.method = method;
      this.requires = requires;
    }

    @Override
    public List<HookedType> hookedTypes() {
      return List.of(HookedType.named(Library.class.getName()).method(method, 1, ADVICE));
    }

    @Override
    public List<String> requires() {
      return requires;
    }
  }
}
