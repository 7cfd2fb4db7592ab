package dev.weft.weaver.compile;

import dev.weft.bridge.Weft;
import dev.weft.instrumentation.api.HookedType;
import dev.weft.instrumentation.api.MeshModule;
import dev.weft.weaver.HookIndex;
import dev.weft.weaver.HookIndex.Adapter;
import dev.weft.weaver.HookIndex.Home;
import dev.weft.weaver.HookIndex.Hook;
import dev.weft.weaver.HookIndex.HookedClass;
import io.opentelemetry.javaagent.extension.instrumentation.InstrumentationModule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;

/**
 * Compiles the instrumentation modules on the class path into an index, and lays out the classes
 * that woven code calls: {@code META-INF/weft/hooks.idx}, and {@code boot/}, {@code platform/} and
 * {@code library/} with {@code .classdata} files.
 */
final class IndexCompiler {

  /** Where the index lies in the agent's jar. */
  private static final String INDEX = "META-INF/weft/hooks.idx";

  private final ClassPool pool;

  private IndexCompiler(ClassPool pool) {
    this.pool = pool;
  }

  /**
   * Writes the index and the classes below this folder.
   *
   * @throws UnsupportedAdviceException when a module is outside the supported forms
   */
  static void write(Path folder) throws IOException {
    ClassLoader loader = IndexCompiler.class.getClassLoader();
    List<MeshModule> modules = new ArrayList<>();
    for (InstrumentationModule module : ServiceLoader.load(InstrumentationModule.class, loader)) {
      if (!(module instanceof MeshModule mesh)) {
        throw new UnsupportedAdviceException(
            module.getClass().getName(), "not a " + MeshModule.class.getName());
      }
      modules.add(mesh);
    }
    ClassPool pool = new ClassPool(loader);
    write(compile(modules, pool), pool, folder);
  }

  static HookIndex compile(List<MeshModule> modules, ClassPool pool) {
    IndexCompiler compiler = new IndexCompiler(pool);
    List<Adapter> adapters = new ArrayList<>();
    modules.stream()
        .sorted(Comparator.comparing(MeshModule::name))
        .forEach(module -> adapters.add(compiler.adapter(module)));
    for (int i = 1; i < adapters.size(); i++) {
      if (adapters.get(i).name().equals(adapters.get(i - 1).name())) {
        throw new UnsupportedAdviceException(adapters.get(i).name(), "two modules have this name");
      }
    }
    List<String> bridge = pool.supertypesFirst(ClassPool.packageOf(Weft.class), "bridge");
    return new HookIndex(bridge, adapters);
  }

  private Adapter adapter(MeshModule module) {
    Map<String, List<Hook>> hooks = new LinkedHashMap<>();
    List<String> declared = new ArrayList<>(module.helpers());
    if (module.starts() != null) {
      declared.add(module.starts());
    }
    for (HookedType type : module.hookedTypes()) {
      String name = internal(type.name());
      List<Hook> ofType = hooks.computeIfAbsent(name, key -> new ArrayList<>());
      type.hooks().forEach(hook -> ofType.add(hook(hook, module)));
    }
    List<HookedClass> classes = new ArrayList<>();
    hooks.forEach((name, ofType) -> classes.add(new HookedClass(name, ofType)));
    return new Adapter(
        module.name(),
        Home.valueOf(module.home().name()),
        module.guards(),
        module.starts() == null ? null : internal(module.starts()),
        module.requires().stream().map(IndexCompiler::internal).toList(),
        module.opens(),
        new Helpers(pool, module.name()).of(declared, classes),
        classes);
  }

  private Hook hook(HookedType.Hook hook, MeshModule module) {
    return new Hook(
        hook.method(),
        hook.arguments() == HookedType.ANY ? HookIndex.ANY : hook.arguments(),
        hook.types().stream().map(Descriptors::of).toList(),
        hook.optional(),
        AdviceReader.read(pool.node(internal(hook.advice()), module.name()), module.guards()));
  }

  private static String internal(String binaryName) {
    return binaryName.replace('.', '/');
  }

  private static void write(HookIndex index, ClassPool pool, Path folder) throws IOException {
    Path file = folder.resolve(INDEX);
    Files.createDirectories(file.getParent());
    Files.writeString(file, IndexWriter.write(index));
    for (String name : index.bridge()) {
      copy(name, Home.BOOT, pool, folder);
    }
    for (Adapter adapter : index.adapters()) {
      for (String name : adapter.helpers()) {
        copy(name, adapter.home(), pool, folder);
      }
    }
  }

  private static void copy(String name, Home home, ClassPool pool, Path folder) throws IOException {
    Path file = folder.resolve(home.folder() + name + ".classdata");
    Files.createDirectories(file.getParent());
    Files.write(file, pool.file(name, home.folder()));
  }
}
