/** Tomcat under contract: a probe for the contracts of servers, and what only Tomcat does. */
@NullMarked
package dev.weft.instrumentation.testing.tomcat;

import org.jspecify.annotations.NullMarked;
