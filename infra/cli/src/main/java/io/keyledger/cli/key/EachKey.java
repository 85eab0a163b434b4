package io.keyledger.cli.key;

import io.keyledger.cli.client.Api;
import io.keyledger.cli.client.Failure;
import io.keyledger.cli.client.PlatformCommand;
import io.keyledger.cli.console.Progress;
import io.keyledger.events.KeyId;
import java.util.List;
import picocli.CommandLine.Mixin;

/** A command that does the same to each of some keys, one after the other; one that fails does not stop the others. */
abstract class EachKey extends PlatformCommand {
    @Mixin
    @SuppressWarnings("NullAway.Init")
    private KeyIds ids;

    /** Before anything is asked of the platform. */
    void before(List<KeyId> keys) {}

    /** @return the exit code of this one */
    abstract int each(Api api, KeyId id);

    @Override
    public final Integer call() {
        List<KeyId> keys = ids.read();
        if (keys.isEmpty()) {
            throw usage("Which keys? Give their ids");
        }
        before(keys);
        int worst = 0;
        int failed = 0;
        try (Api api = api();
                Progress progress = console().progress("keys", keys.size())) {
            for (KeyId id : keys) {
                progress.clear();
                try {
                    worst = Math.max(worst, each(api, id));
                } catch (Failure e) {
                    if (keys.size() == 1 || e.exitCode() == Failure.UNREACHABLE) {
                        throw e;
                    }
                    console().note(id + ": " + e.line());
                    failed++;
                }
                progress.step(1);
            }
        }
        if (failed > 0) {
            throw new Failure(Failure.FAILED, failed + " of " + keys.size() + " keys failed.");
        }
        return worst;
    }
}
