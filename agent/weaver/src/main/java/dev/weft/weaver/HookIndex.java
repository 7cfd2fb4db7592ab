package dev.weft.weaver;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What to weave, by class.
 *
 * @param bridge internal names of the bridge's classes, supertypes first
 * @param adapters in the order in which they are woven: the first is the outermost
 */
public record HookIndex(List<String> bridge, List<Adapter> adapters) {

  public HookIndex {
    bridge = List.copyOf(bridge);
    adapters = List.copyOf(adapters);
  }

  /** Where helper classes are defined, and below which folder of the agent's jar they lie. */
  public enum Home {
    BOOT("boot/"),
    PLATFORM("platform/"),
    LIBRARY("library/");

    private final String folder;

    Home(String folder) {
      this.folder = folder;
    }

    public String folder() {
      return folder;
    }
  }

  /**
   * One instrumentation module.
   *
   * @param name as in {@code weft.instrumentation.<name>.enabled}
   * @param guards whether it guards the process: woven at the start, or not at all
   * @param starts internal name of the helper that is initialized once all is woven; null: none
   * @param requires internal names of classes without which this version is not supported
   * @param opens {@code module/package} that the helpers reach into
   * @param helpers internal names, supertypes first
   */
  public record Adapter(
      String name,
      Home home,
      boolean guards,
      @Nullable String starts,
      List<String> requires,
      List<String> opens,
      List<String> helpers,
      List<HookedClass> classes) {
    public Adapter {
      requires = List.copyOf(requires);
      opens = List.copyOf(opens);
      helpers = List.copyOf(helpers);
      classes = List.copyOf(classes);
    }

    @Nullable HookedClass hooked(String internalName) {
      for (HookedClass hooked : classes) {
        if (hooked.name().equals(internalName)) {
          return hooked;
        }
      }
      return null;
    }
  }

  /** A class, by its internal name, and the hooks on its methods. */
  public record HookedClass(String name, List<Hook> hooks) {
    public HookedClass {
      hooks = List.copyOf(hooks);
    }
  }

  /** Any number of parameters. */
  public static final int ANY = -1;

  /**
   * A splice and the methods that it goes into.
   *
   * @param optional whether there may be no such method in some versions; else one must match
   * @param arguments how many parameters, or {@link #ANY}
   * @param types descriptors of the first parameters; empty: any
   */
  public record Hook(
      String method, int arguments, List<String> types, boolean optional, Splice splice) {
    public Hook {
      types = List.copyOf(types);
    }
  }

  /** The adapters that have hooks on a class, by the class's internal name. */
  Map<String, List<Adapter>> byClass() {
    Map<String, List<Adapter>> byClass = new HashMap<>();
    for (Adapter adapter : adapters) {
      for (HookedClass hooked : adapter.classes()) {
        List<Adapter> sharing = byClass.get(hooked.name());
        if (sharing == null) {
          sharing = new ArrayList<>(1);
          byClass.put(hooked.name(), sharing);
        }
        sharing.add(adapter);
      }
    }
    return byClass;
  }
}
