package dev.weft.weaver;

import java.security.ProtectionDomain;
import jdk.internal.misc.Unsafe;
import org.jspecify.annotations.Nullable;

/** Calls directly: reflection would, after some calls, generate classes of its own for it. */
final class UnsafeDefiner implements ClassDefiner {

  @Override
  public void define(
      String internalName,
      byte[] file,
      @Nullable ClassLoader loader,
      @Nullable ProtectionDomain domain) {
    Unsafe.getUnsafe().defineClass(internalName, file, 0, file.length, loader, domain);
  }
}
