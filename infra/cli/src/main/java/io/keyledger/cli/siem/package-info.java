/** Accounts for SIEMs that read the audit from Kafka. */
@NullMarked
package io.keyledger.cli.siem;

import org.jspecify.annotations.NullMarked;
