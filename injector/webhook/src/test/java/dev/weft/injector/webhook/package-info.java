@NullMarked
package dev.weft.injector.webhook;

import org.jspecify.annotations.NullMarked;
