package dev.weft.weaver;

import dev.weft.weaver.HookIndex.Adapter;
import dev.weft.weaver.HookIndex.Hook;
import dev.weft.weaver.HookIndex.HookedClass;
import dev.weft.weaver.Report.Library;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.lang.instrument.UnmodifiableClassException;
import java.security.ProtectionDomain;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;

/** The one transformer: weaves what the index names, and looks up everything else in vain. */
public final class Weaver implements ClassFileTransformer {

  private final Map<String, List<Adapter>> byClass;
  private final Homes homes;
  private final Report report;

  /** Which adapters are woven in a loader; guarded by itself, never held while anything loads. */
  private final Map<@Nullable ClassLoader, Map<String, Boolean>> adopted = new WeakHashMap<>();

  private Weaver(Map<String, List<Adapter>> byClass, Homes homes, Report report) {
    this.byClass = byClass;
    this.homes = homes;
    this.report = report;
  }

  /** The bridge is there, and nothing is woven yet: the moment to put up what hooks will ask. */
  public static final class Bridged {

    private final Instrumentation instrumentation;
    private final Homes homes;
    private final HookIndex index;

    private Bridged(Instrumentation instrumentation, Homes homes, HookIndex index) {
      this.instrumentation = instrumentation;
      this.homes = homes;
      this.index = index;
    }

    /**
     * Weaves from now on; hooked classes that are loaded already, which are the JDK's own, are
     * woven at once.
     *
     * @param disabled adapters that are switched off
     */
    public void weave(Set<String> disabled, Report report) {
      Weaver.weave(instrumentation, homes, index, disabled, report);
    }
  }

  /**
   * Defines the bridge.
   *
   * @param files the agent's jar: the content of a path, or null
   */
  public static Bridged bridge(
      Instrumentation instrumentation, Function<String, byte @Nullable []> files, HookIndex index) {
    Homes homes = new Homes(instrumentation, files);
    homes.defineBridge(index.bridge());
    return new Bridged(instrumentation, homes, index);
  }

  private static void weave(
      Instrumentation instrumentation,
      Homes homes,
      HookIndex index,
      Set<String> disabled,
      Report report) {
    List<Adapter> enabled = new ArrayList<>();
    for (Adapter adapter : index.adapters()) {
      if (!disabled.contains(adapter.name())) {
        enabled.add(adapter);
      }
    }
    for (Adapter adapter : enabled) {
      if (adapter.guards()) {
        loadHooked(adapter);
      }
    }
    Map<String, List<Adapter>> byClass = new HookIndex(List.of(), enabled).byClass();
    Weaver weaver = new Weaver(byClass, homes, report);
    instrumentation.addTransformer(weaver, /* canRetransform= */ true);
    weaver.weaveLoaded(instrumentation);
    for (Adapter adapter : enabled) {
      weaver.begin(adapter);
    }
  }

  /**
   * Loads what a guard hooks, so that it is woven now: a class that is loaded while another one is
   * being transformed would escape, and with it all that passes through it.
   */
  private static void loadHooked(Adapter adapter) {
    for (HookedClass hooked : adapter.classes()) {
      try {
        Class.forName(hooked.name().replace('/', '.'), false, null);
      } catch (ClassNotFoundException e) {
        // Not in this version; whether all that matters is woven, the adapter tests itself.
      }
    }
  }

  private void begin(Adapter adapter) {
    String starts = adapter.starts();
    if (starts != null && Boolean.TRUE.equals(known(null, adapter, null))) {
      try {
        Class.forName(starts.replace('/', '.'), true, null);
      } catch (ClassNotFoundException | LinkageError e) {
        report.failed(Libraries.of(adapter, null, null), starts, e);
      }
    }
  }

  private void weaveLoaded(Instrumentation instrumentation) {
    List<Class<?>> loaded = new ArrayList<>();
    for (Class<?> type : instrumentation.getAllLoadedClasses()) {
      if (byClass.containsKey(type.getName().replace('.', '/')) && !isOwn(type.getClassLoader())) {
        loaded.add(type);
      }
    }
    if (loaded.isEmpty()) {
      return;
    }
    try {
      instrumentation.retransformClasses(loaded.toArray(new Class<?>[0]));
    } catch (UnmodifiableClassException | RuntimeException | LinkageError e) {
      Library jdk = new Library("jdk", System.getProperty("java.version", "unknown"), "boot");
      report.failed(jdk, loaded.toString(), e);
    }
  }

  @Override
  public byte @Nullable [] transform(
      Module module,
      @Nullable ClassLoader loader,
      @Nullable String name,
      @Nullable Class<?> redefined,
      @Nullable ProtectionDomain domain,
      byte[] file) {
    if (name == null || isOwn(loader)) {
      return null;
    }
    List<Adapter> adapters = byClass.get(name);
    if (adapters == null) {
      return null;
    }
    Library library = Libraries.of(adapters.get(0), loader, domain);
    try {
      return weave(new Site(module, loader, domain), adapters, file);
    } catch (Throwable t) {
      report.failed(library, name.replace('/', '.'), t);
      return null;
    }
  }

  private record Site(
      Module module, @Nullable ClassLoader loader, @Nullable ProtectionDomain domain) {}

  private byte @Nullable [] weave(Site site, List<Adapter> adapters, byte[] file) {
    ClassReader reader = new ClassReader(file);
    Shape shape = Shape.of(reader);
    List<Hook> hooks = new ArrayList<>();
    for (Adapter adapter : adapters) {
      HookedClass hooked = adapter.hooked(shape.name());
      if (hooked != null && adopts(adapter, site, shape)) {
        // The class in hand may differ from the resource that was checked.
        String misfit = Fit.check(hooked, shape);
        if (misfit != null) {
          throw new IllegalStateException(misfit);
        }
        hooks.addAll(hooked.hooks());
      }
    }
    return hooks.isEmpty() ? null : ClassWeave.weave(reader, shape, hooks);
  }

  private boolean adopts(Adapter adapter, Site site, Shape shape) {
    if (!Homes.admits(adapter, site.loader)) {
      return false;
    }
    Boolean known = known(site.loader, adapter, null);
    if (known != null) {
      if (known) {
        homes.letRead(site.module, Homes.moduleOfHelpers(site.loader));
      }
      return known;
    }
    String misfit = Adoption.misfit(adapter, new ClassFiles(site.loader, site.module), shape);
    if (misfit == null) {
      misfit = settle(adapter, site);
    }
    boolean first = known(site.loader, adapter, misfit == null) == null;
    if (first) {
      Library library = Libraries.of(adapter, site.loader, site.domain);
      if (misfit == null) {
        report.woven(library);
      } else {
        report.left(library, misfit);
      }
    }
    return misfit == null;
  }

  private @Nullable String settle(Adapter adapter, Site site) {
    try {
      homes.settle(adapter, site.loader, site.module, site.domain);
      return null;
    } catch (LinkageError | RuntimeException e) {
      return "its helpers cannot be defined: " + e;
    }
  }

  /** What was decided before; else remembers this decision, when there is one. */
  private @Nullable Boolean known(
      @Nullable ClassLoader loader, Adapter adapter, @Nullable Boolean decision) {
    synchronized (adopted) {
      Map<String, Boolean> decisions = adopted.get(loader);
      if (decisions == null) {
        decisions = new HashMap<>();
        adopted.put(loader, decisions);
      }
      return decision == null
          ? decisions.get(adapter.name())
          : decisions.putIfAbsent(adapter.name(), decision);
    }
  }

  private static boolean isOwn(@Nullable ClassLoader loader) {
    return loader != null && loader == Weaver.class.getClassLoader();
  }
}
