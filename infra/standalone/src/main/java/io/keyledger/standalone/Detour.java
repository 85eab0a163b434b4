package io.keyledger.standalone;

/**
 * A second listener of the broker, on loopback, that clients are told to find at another port: whoever listens there decides
 * what gets through. For tests of what a network may do.
 *
 * @param port where the broker listens
 * @param told where clients that come by it are told to come again
 */
public record Detour(int port, int told) {}
