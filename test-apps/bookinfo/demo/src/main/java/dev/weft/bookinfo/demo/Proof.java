package dev.weft.bookinfo.demo;

import java.util.function.Predicate;

/**
 * How one agent's obedience to a new rule shows in the traffic.
 *
 * @param agent whose decision it is
 * @param obeys true for answers that only the new rule can give
 * @param contradicts true for answers that the new rule cannot give
 */
record Proof(String agent, Predicate<Sample> obeys, Predicate<Sample> contradicts) {}
