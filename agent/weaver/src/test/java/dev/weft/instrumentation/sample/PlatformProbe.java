package dev.weft.instrumentation.sample;

/** Helper on the platform loader: it names a class that the boot loader does not see. */
public final class PlatformProbe {

  private PlatformProbe() {}

  public static String marked(String text) {
    return text + "@" + com.sun.net.httpserver.Headers.class.getSimpleName();
  }
}
