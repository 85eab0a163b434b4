package io.keyledger.standalone;

import java.io.IOException;
import java.io.InputStream;

/** Files that lie beside these classes. */
final class Resource {
    private Resource() {}

    static byte[] read(String name) throws IOException {
        try (InputStream in = Resource.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IOException("no resource " + name);
            }
            return in.readAllBytes();
        }
    }

    static String text(String name) throws IOException {
        return new String(read(name), java.nio.charset.StandardCharsets.UTF_8);
    }
}
