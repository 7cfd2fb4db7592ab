/**
 * One reader per kind: from a document that fits its schema to a {@link
 * dev.weft.control.config.Resource}, with the checks that look at several fields at once.
 *
 * <p>Where it stands: behind {@link dev.weft.control.config.ConfigReader}. What is refused here,
 * istiod refuses too (pkg/config/validation of istio/istio), unless a comment says otherwise.
 */
@NullMarked
package dev.weft.control.config.istio;

import org.jspecify.annotations.NullMarked;
