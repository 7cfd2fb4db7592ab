/** Runs in the build: makes the agent's protobuf classes. Uses the JDK and protobuf-java alone. */
package dev.weft.wire;
