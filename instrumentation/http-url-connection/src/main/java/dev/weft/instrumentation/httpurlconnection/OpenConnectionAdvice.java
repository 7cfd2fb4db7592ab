package dev.weft.instrumentation.httpurlconnection;

import java.io.IOException;
import java.net.Proxy;
import java.net.URL;
import java.net.URLConnection;
import net.bytebuddy.asm.Advice;
import org.jspecify.annotations.Nullable;

/** Makes the mesh's connection instead of the JDK's, when the mesh owns the URL. */
final class OpenConnectionAdvice {

  private OpenConnectionAdvice() {}

  @Advice.OnMethodEnter(
      skipOn = Advice.OnNonDefaultValue.class,
      suppress = Throwable.class) // a URL that is refused here is refused by the JDK as well
  static @Nullable URLConnection enter(
      @Advice.Argument(0) URL url, @Advice.Argument(1) @Nullable Proxy proxy) throws IOException {
    return HttpUrlConnectionCalls.open(url, proxy);
  }

  @Advice.OnMethodExit(suppress = Throwable.class)
  static void exit(
      @Advice.Enter @Nullable URLConnection made,
      @Advice.Return(readOnly = false) URLConnection returned) {
    if (made != null) {
      returned = made;
    }
  }
}
