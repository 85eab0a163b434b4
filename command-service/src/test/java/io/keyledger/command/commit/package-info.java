@org.jspecify.annotations.NullMarked
package io.keyledger.command.commit;
