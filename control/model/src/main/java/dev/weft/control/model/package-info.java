/**
 * What the control service knows, as plain immutable records: services, workloads, routing rules,
 * destination policies and findings, gathered in one {@link dev.weft.control.model.MeshModel}.
 *
 * <p>Where it stands: the innermost room of the control side. Sources and configuration produce
 * this model, the xDS server and the command line consume it; nothing here knows protobuf,
 * Kubernetes or YAML.
 */
@NullMarked
package dev.weft.control.model;

import org.jspecify.annotations.NullMarked;
