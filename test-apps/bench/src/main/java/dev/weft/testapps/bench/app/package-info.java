/**
 * The measured applications: ordinary ones on embedded Tomcat, without Weft. {@code RelayApp} asks
 * {@code EchoApp} through {@code java.net.http}.
 */
@NullMarked
package dev.weft.testapps.bench.app;

import org.jspecify.annotations.NullMarked;
