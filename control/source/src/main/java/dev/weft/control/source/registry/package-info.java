/**
 * Service discovery by being started: agents register the workloads they live in, with the ports on
 * which the application really listens.
 *
 * <p>Where it stands: one of the sources, beside the directory of configuration; it implements
 * {@code weft.control.v1.WorkloadService} and yields {@link dev.weft.control.model.WorkloadSource}.
 * {@link dev.weft.control.source.registry.WorkloadRegistry} decides, {@link
 * dev.weft.control.source.registry.RegistrationService} is its gRPC side, and {@link
 * dev.weft.control.source.registry.LeaseFile} lets registrations survive a restart.
 */
@NullMarked
package dev.weft.control.source.registry;

import org.jspecify.annotations.NullMarked;
