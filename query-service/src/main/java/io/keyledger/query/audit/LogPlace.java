package io.keyledger.query.audit;

/** The partitions of the audit topics as small numbers, the same in each store that is made of the same log. */
final class LogPlace {
    /** The same in SQL, of a row of {@code checkpoint}. */
    static final String SQL = "(case when topic like '%activity%' then 1000 else 0 end + partition)";

    private LogPlace() {}

    static short of(String topic, int partition) {
        return (short) ((topic.contains("activity") ? 1000 : 0) + partition);
    }
}
