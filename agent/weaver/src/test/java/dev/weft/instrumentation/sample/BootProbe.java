package dev.weft.instrumentation.sample;

/** Helper on the boot loader; reaches into a package that is not exported. */
public final class BootProbe {

  private BootProbe() {}

  public static String marked(String text) throws ReflectiveOperationException {
    Class<?> internal = Class.forName("sun.net.www.ParseUtil");
    return text + internal.getMethod("decode", String.class).invoke(null, "%21");
  }
}
