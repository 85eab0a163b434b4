package io.keyledger.events;

/**
 * One fact, in the past tense: what the {@code data} member of a public event holds. Facts are only ever added; a new
 * meaning gets a new name. No component of any of these records ever holds a secret, a verifier or a query string.
 *
 * <p>The mapping to JSON is by component name ({@link RecordJson}); a nullable component that is null is left out.
 */
public sealed interface Event permits KeyEvent, UserEvent, SettingsEvent, TenantEvent, AuditEvent, ActivityEvent {}
