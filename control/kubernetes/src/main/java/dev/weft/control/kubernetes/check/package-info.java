/**
 * What can be seen of an installation from outside, by questions to the API server alone: is all
 * there, does it work, will it go on working.
 */
@NullMarked
package dev.weft.control.kubernetes.check;

import org.jspecify.annotations.NullMarked;
