/**
 * Faults in the agent itself: every method of it that a guarded request goes through throws, one at
 * a time, and the request must not be served.
 */
package dev.weft.e2e.fault;
