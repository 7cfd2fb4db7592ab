/**
 * The adapter for Tomcat: admits requests before the container parses them, and tells where Tomcat
 * listens.
 *
 * <p>Only the bridge, the JDK and Tomcat's own classes are used here: the helpers are defined in
 * Tomcat's class loader.
 */
@NullMarked
package dev.weft.instrumentation.tomcat;

import org.jspecify.annotations.NullMarked;
