package io.keyledger.command.barrier;

/**
 * One edge for an operator's eye.
 *
 * @param standing {@code live}, {@code ended}, {@code stopped}, {@code retired}, or {@code new} when it never had a lease
 */
record EdgeEntry(String edge, String boot, String standing) {}
