package io.keyledger.cli.client;

import io.keyledger.verifier.PresentedKey;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * A file that holds one key.
 *
 * @param bootstrap whether it is the installation's own bootstrap key, which lives a day
 */
record KeyFile(Path file, boolean bootstrap) {

    /** The key in it. The message of a failure names the file and never what it holds. */
    PresentedKey read() {
        String text;
        try {
            text = Files.readString(file).strip();
        } catch (NoSuchFileException e) {
            throw new Failure(
                    Failure.FAILED,
                    bootstrap
                            ? "There is no key at " + file
                                    + ": start the platform with `keyledger up`, make one with `keyledger bootstrap`, or name"
                                    + " another file with --key-file."
                            : "There is no key file " + file + ".");
        } catch (MalformedInputException e) {
            throw new Failure(Failure.FAILED, file + " does not hold a key.");
        } catch (IOException e) {
            throw new Failure(
                    Failure.FAILED,
                    "Cannot read the key file " + file + " (" + e.getClass().getSimpleName() + ").");
        }
        PresentedKey key = PresentedKey.parse(text);
        if (key == null) {
            throw new Failure(Failure.FAILED, file + " does not hold a key: its form or its checksum is wrong.");
        }
        return key;
    }
}
