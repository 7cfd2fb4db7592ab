/**
 * Istio's resources, and plain Services: read, validated as istiod does, analyzed, and resolved
 * into the model.
 *
 * <p>Where it stands: between the sources, which bring text, and the model, which the xDS server
 * reads. It is pure: no files, no clocks, no threads. {@link dev.weft.control.config.ConfigReader}
 * makes resources and findings of one file, {@link dev.weft.control.config.Resolver} makes a model
 * of all resources and workloads.
 */
@NullMarked
package dev.weft.control.config;

import org.jspecify.annotations.NullMarked;
