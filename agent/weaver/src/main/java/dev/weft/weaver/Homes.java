package dev.weft.weaver;

import dev.weft.bridge.Weft;
import dev.weft.weaver.HookIndex.Adapter;
import dev.weft.weaver.HookIndex.Home;
import java.lang.instrument.Instrumentation;
import java.security.ProtectionDomain;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Defines the bridge and the helper classes where woven code finds them.
 *
 * <p>They are defined, not appended to a class path: appending to the boot class path turns the
 * class-data sharing of the application's classes off. No lock is held: another thread may define
 * the same helpers at the same time, and what is defined already is left.
 */
final class Homes {

  private final Instrumentation instrumentation;
  private final Function<String, byte @Nullable []> files;
  private final ClassDefiner definer;

  /**
   * @param files the agent's jar: a path's content, or null
   */
  Homes(Instrumentation instrumentation, Function<String, byte @Nullable []> files) {
    this.instrumentation = instrumentation;
    this.files = files;
    this.definer = ClassDefiner.create(instrumentation);
  }

  /** Puts the bridge on the boot loader. */
  void defineBridge(List<String> classes) {
    for (String name : classes) {
      definer.define(name, file(Home.BOOT.folder() + name), null, null);
    }
  }

  /** Whether the loader may hold hooks of this adapter. */
  static boolean admits(Adapter adapter, @Nullable ClassLoader loader) {
    return switch (adapter.home()) {
      case BOOT -> loader == null;
      case PLATFORM -> loader == ClassLoader.getPlatformClassLoader();
      case LIBRARY -> loader != null;
    };
  }

  /** Makes the adapter's helpers callable by a class of this module and loader. */
  void settle(
      Adapter adapter,
      @Nullable ClassLoader loader,
      Module module,
      @Nullable ProtectionDomain domain) {
    Module helpers = moduleOfHelpers(loader);
    open(adapter, helpers);
    for (String name : adapter.helpers()) {
      byte[] file = file(adapter.home().folder() + name);
      try {
        definer.define(name, file, loader, adapter.home() == Home.LIBRARY ? domain : null);
      } catch (LinkageError e) {
        if (!isDefined(name, loader)) {
          throw e;
        }
      }
    }
    letRead(module, helpers);
  }

  /** The module of the helpers that are defined in this loader. */
  static Module moduleOfHelpers(@Nullable ClassLoader loader) {
    return loader == null ? Weft.class.getModule() : loader.getUnnamedModule();
  }

  /** Lets a woven class of a named module call its helpers. */
  void letRead(Module module, Module helpers) {
    if (!module.canRead(helpers)) {
      instrumentation.redefineModule(
          module, Set.of(helpers), Map.of(), Map.of(), Set.of(), Map.of());
    }
  }

  private void open(Adapter adapter, Module helpers) {
    Map<Module, Map<String, Set<Module>>> packages = new HashMap<>();
    for (String open : adapter.opens()) {
      int slash = open.indexOf('/');
      Module module = ModuleLayer.boot().findModule(open.substring(0, slash)).orElse(null);
      String name = open.substring(slash + 1);
      if (module != null && module.getPackages().contains(name)) {
        Map<String, Set<Module>> opened = packages.get(module);
        if (opened == null) {
          opened = new HashMap<>();
          packages.put(module, opened);
        }
        opened.put(name, Set.of(helpers));
      }
    }
    for (Map.Entry<Module, Map<String, Set<Module>>> entry : packages.entrySet()) {
      Map<String, Set<Module>> opened = entry.getValue();
      instrumentation.redefineModule(entry.getKey(), Set.of(), opened, opened, Set.of(), Map.of());
    }
  }

  private static boolean isDefined(String internalName, @Nullable ClassLoader loader) {
    try {
      Class<?> found = Class.forName(internalName.replace('/', '.'), false, loader);
      return found.getClassLoader() == loader;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  private byte[] file(String path) {
    byte[] content = files.apply(path + ".classdata");
    if (content == null) {
      throw new IllegalStateException("the agent's jar has no " + path + ".classdata");
    }
    return content;
  }
}
