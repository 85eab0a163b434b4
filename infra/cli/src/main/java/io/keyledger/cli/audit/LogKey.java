package io.keyledger.cli.audit;

import io.keyledger.events.proof.NoteKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A verifier key on the command line: itself, or a file that holds it. */
final class LogKey implements ITypeConverter<NoteKey> {
    private static final int LONGEST = 4096;

    @Override
    public NoteKey convert(String text) {
        try {
            return NoteKey.read(text);
        } catch (IllegalArgumentException notItself) {
            Path file = Path.of(text);
            try {
                if (Files.isRegularFile(file) && Files.size(file) <= LONGEST) {
                    return NoteKey.read(Files.readString(file).strip());
                }
            } catch (IOException | IllegalArgumentException e) {
                throw new TypeConversionException("the file " + file + " holds no verifier key NAME+HASH+KEY");
            }
            throw new TypeConversionException("neither a verifier key NAME+HASH+KEY nor a file that holds one");
        }
    }
}
