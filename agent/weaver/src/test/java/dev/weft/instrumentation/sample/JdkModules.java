package dev.weft.instrumentation.sample;

import dev.weft.instrumentation.api.HookedType;
import dev.weft.instrumentation.api.MeshModule;
import java.util.List;
import net.bytebuddy.asm.Advice;

/** Modules that weave the JDK. */
public final class JdkModules {

  private JdkModules() {}

  static final class Boot {
    @Advice.OnMethodExit(suppress = Throwable.class)
    static void exit(@Advice.Return(readOnly = false) String returned)
        throws ReflectiveOperationException {
      returned = BootProbe.marked(returned);
    }
  }

  static final class Platform {
    @Advice.OnMethodExit(suppress = Throwable.class)
    static void exit(@Advice.Return(readOnly = false) String returned) {
      returned = PlatformProbe.marked(returned);
    }
  }

  /** Weaves {@link java.util.StringJoiner}, which is loaded already. */
  public static final class OfBoot extends MeshModule {
    public OfBoot() {
      super("boot");
    }

    @Override
    public Home home() {
      return Home.BOOT;
    }

    @Override
    public List<String> opens() {
      return List.of("java.base/sun.net.www");
    }

    @Override
    public List<HookedType> hookedTypes() {
      return List.of(
          HookedType.named("java.util.StringJoiner").method("toString", 0, Boot.class.getName()));
    }
  }

  /** Weaves {@link com.sun.net.httpserver.BasicAuthenticator}. */
  public static final class OfPlatform extends MeshModule {
    public OfPlatform() {
      super("platform");
    }

    @Override
    public Home home() {
      return Home.PLATFORM;
    }

    @Override
    public List<HookedType> hookedTypes() {
      return List.of(
          HookedType.named("com.sun.net.httpserver.BasicAuthenticator")
              .method("getRealm", 0, Platform.class.getName()));
    }
  }
}
