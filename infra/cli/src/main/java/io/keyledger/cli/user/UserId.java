package io.keyledger.cli.user;

import io.keyledger.events.OwnerId;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A user's id as it is typed. */
final class UserId implements ITypeConverter<OwnerId> {
    @Override
    public OwnerId convert(String text) {
        try {
            OwnerId id = new OwnerId(text);
            if (text.startsWith("usr_")) {
                return id;
            }
        } catch (IllegalArgumentException e) {
            // Refused below.
        }
        throw new TypeConversionException(
                "is not a user id: these are usr_ and 26 characters, see `keyledger user list`");
    }
}
