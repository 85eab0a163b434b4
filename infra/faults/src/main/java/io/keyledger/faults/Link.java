package io.keyledger.faults;

/** What lies between one edge and the broker: {@link Namespace} where that can be, else {@link Relay}. */
sealed interface Link extends AutoCloseable permits Namespace, Relay {
    /** From here on these directions are silent; what was cut before is not any more. */
    void cut(boolean toBroker, boolean fromBroker);

    /** Removes it; the edge must have ended. */
    @Override
    void close();
}
