package dev.weft.instrumentation.api;

import static io.opentelemetry.javaagent.extension.matcher.AgentElementMatchers.hasClassesNamed;
import static net.bytebuddy.matcher.ElementMatchers.any;

import io.opentelemetry.javaagent.extension.instrumentation.InstrumentationModule;
import io.opentelemetry.javaagent.extension.instrumentation.TypeInstrumentation;
import java.util.List;
import net.bytebuddy.matcher.ElementMatcher;
import org.jspecify.annotations.Nullable;

/** A module of Weft: what it weaves, and which classes that needs, as data. */
public abstract class MeshModule extends InstrumentationModule {

  /** Where the helper classes of a module must be defined. */
  public enum Home {
    /** Beside the bridge: for classes of java.base. */
    BOOT,
    /** On the platform loader: for java.net.http and jdk.httpserver. */
    PLATFORM,
    /** In the loader of the woven library. */
    LIBRARY
  }

  private final String name;

  /**
   * @param name the library, as in {@code weft.instrumentation.<name>.enabled} and in the support
   *     table
   */
  protected MeshModule(String name) {
    super(name, "weft-" + name);
    this.name = name;
  }

  public final String name() {
    return name;
  }

  /** What is woven. */
  public abstract List<HookedType> hookedTypes();

  /** Binary names of the helper classes that the advice calls, superclasses first. */
  public List<String> helpers() {
    return List.of();
  }

  public Home home() {
    return Home.LIBRARY;
  }

  /**
   * Whether the module guards the process, rather than adding to it. Its classes are loaded and
   * woven at the start, its advice may throw, and it is woven only where the runtime asks for it.
   */
  public boolean guards() {
    return false;
  }

  /** For {@link #guards}: binary name of the helper that is initialized once all is woven. */
  public @Nullable String starts() {
    return null;
  }

  /** Classes without which the library's version is not supported, and is left alone. */
  public List<String> requires() {
    return List.of();
  }

  /**
   * For {@link Home#PLATFORM} and {@link Home#BOOT}: packages, as {@code module/package}, that the
   * helpers reach into.
   */
  public List<String> opens() {
    return List.of();
  }

  @Override
  public final List<TypeInstrumentation> typeInstrumentations() {
    return List.copyOf(hookedTypes());
  }

  @Override
  public final List<String> getAdditionalHelperClassNames() {
    return helpers();
  }

  @Override
  public final ElementMatcher.Junction<ClassLoader> classLoaderMatcher() {
    return requires().isEmpty() ? any() : hasClassesNamed(requires().toArray(String[]::new));
  }
}
