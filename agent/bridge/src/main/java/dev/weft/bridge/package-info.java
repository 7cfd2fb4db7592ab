/**
 * The contract between woven code and the engine: what an adapter asks ({@link
 * dev.weft.bridge.Mesh}), what the engine answers ({@link dev.weft.bridge.Step}, {@link
 * dev.weft.bridge.InboundCall.Verdict}), and the loops over those answers, written once.
 *
 * <p>These classes are defined on the boot loader, where every woven class sees them: they use
 * nothing but java.base.
 */
@NullMarked
package dev.weft.bridge;

import org.jspecify.annotations.NullMarked;
