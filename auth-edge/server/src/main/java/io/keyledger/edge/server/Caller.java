package io.keyledger.edge.server;

/**
 * Who is at the other end of a connection.
 *
 * @param ip its address in text
 * @param proxy whether it may say whose request it asks about
 * @param verifier whether it may ask for verdicts on keys: by its address or its client certificate
 */
record Caller(String ip, boolean proxy, boolean verifier) {}
