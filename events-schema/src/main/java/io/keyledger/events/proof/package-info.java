/**
 * What anyone needs to check the audit by themselves, with nothing but the JDK: RFC 6962 Merkle trees, and the texts of
 * C2SP that go with them (tlog-checkpoint, signed-note, tlog-proof, tlog-cosignature). Pure; safe from any thread unless a
 * class says otherwise.
 */
@NullMarked
package io.keyledger.events.proof;

import org.jspecify.annotations.NullMarked;
