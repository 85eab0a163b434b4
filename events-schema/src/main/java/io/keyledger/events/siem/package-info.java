/** Events in the words of those who watch: OCSF, CEF, syslog. Views, pure and total; what was published stays as it is. */
@NullMarked
package io.keyledger.events.siem;

import org.jspecify.annotations.NullMarked;
