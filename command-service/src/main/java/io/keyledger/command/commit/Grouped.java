package io.keyledger.command.commit;

/** A command whose handler writes through its {@link WriteSet} alone, so that it needs no transaction while it decides. */
public interface Grouped {}
