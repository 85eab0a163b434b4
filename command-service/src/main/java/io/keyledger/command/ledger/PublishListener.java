package io.keyledger.command.ledger;

/** Learns what is on Kafka. */
public interface PublishListener {

    /** Called once an event and all view records it caused are acknowledged, perhaps again after a restart, on Kafka's thread. */
    void published(Published event);
}
