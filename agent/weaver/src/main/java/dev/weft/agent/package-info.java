/**
 * The only classes of the agent that the application's class loader has: the way in, and the class
 * loader of everything else.
 */
@NullMarked
package dev.weft.agent;

import org.jspecify.annotations.NullMarked;
