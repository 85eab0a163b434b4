package io.keyledger.standalone;

import java.util.ArrayList;
import java.util.List;

/**
 * Commands in front of a service's own, for tests of what may happen to it. Each has to become the next one, as {@code exec}
 * does, so that the process id stays.
 *
 * @param before as the user of this process, such as {@code ip netns exec NAME}, which the service may not do
 * @param within as the service's own user, such as {@code env NAME=VALUE}
 */
public record Launcher(List<String> before, List<String> within) {
    static final Launcher NONE = new Launcher(List.of(), List.of());

    /** Copies what it is given. */
    public Launcher {
        before = List.copyOf(before);
        within = List.copyOf(within);
    }

    List<String> command(Account account, List<String> service) {
        List<String> inner = new ArrayList<>(within);
        inner.addAll(service);
        List<String> whole = new ArrayList<>(before);
        whole.addAll(account.command(inner));
        return whole;
    }
}
