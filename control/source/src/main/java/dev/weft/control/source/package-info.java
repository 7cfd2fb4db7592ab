/**
 * Where configuration comes from, and how it meets the workloads: a watched directory of YAML
 * files, and the {@link dev.weft.control.source.MeshSource} that makes a model of it and of a
 * {@link dev.weft.control.model.WorkloadSource}.
 *
 * <p>Where it stands: between {@code control/config}, which is pure, and the server. This is the
 * only place of the control side that watches files.
 */
@NullMarked
package dev.weft.control.source;

import org.jspecify.annotations.NullMarked;
