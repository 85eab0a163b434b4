package io.keyledger.edge.server;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * As much of the wire format of Protocol Buffers as the gRPC doors need: fields by number, read in place. A test compares it
 * with the published classes. <a href="https://protobuf.dev/programming-guides/encoding/">Encoding</a>.
 */
final class Proto {
    static final int VARINT = 0;
    static final int LENGTH = 2;
    private static final int FIXED64 = 1;
    private static final int FIXED32 = 5;

    private Proto() {}

    /** Bytes that are no message. */
    static final class Malformed extends RuntimeException {
        private static final long serialVersionUID = 1;

        Malformed(String message) {
            super(message, null, false, false);
        }
    }

    /** Goes through the fields of one message. Not safe for use by several threads at once. */
    static final class Reader {
        private final byte[] bytes;
        private final int end;
        private int at;
        private int tag;

        Reader(byte[] bytes, int from, int to) {
            this.bytes = bytes;
            this.at = from;
            this.end = to;
        }

        /**
         * Goes to the next field, whose value must then be taken or skipped.
         *
         * @return false after the last one
         */
        boolean next() {
            if (at == end) {
                return false;
            }
            long read = varint();
            tag = (int) read;
            if (read != tag || field() == 0) {
                throw new Malformed("no field has that number");
            }
            return true;
        }

        int field() {
            return tag >>> 3;
        }

        /** Whether the field has the given number and the value is of the given wire type. */
        boolean is(int field, int type) {
            return tag == (field << 3 | type);
        }

        /** The value as a message. */
        Reader message() {
            int length = length();
            at += length;
            return new Reader(bytes, at - length, at);
        }

        /** The value as a string. Not of UTF-8: malformed. */
        String text() {
            int length = length();
            at += length;
            for (int i = at - length; i < at; i++) {
                if (bytes[i] < 0) {
                    return unicode(at - length, length);
                }
            }
            return new String(bytes, at - length, length, StandardCharsets.ISO_8859_1);
        }

        private String unicode(int from, int length) {
            try {
                return StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(bytes, from, length))
                        .toString();
            } catch (CharacterCodingException e) {
                throw new Malformed("a string is not of UTF-8");
            }
        }

        /** The value as bytes, each a character. */
        String latin() {
            int length = length();
            at += length;
            return new String(bytes, at - length, length, StandardCharsets.ISO_8859_1);
        }

        /** Groups, which no message of ours has, are malformed. */
        void skip() {
            switch (tag & 7) {
                case VARINT -> {
                    long _ = varint();
                }
                case FIXED64 -> forward(8);
                case LENGTH -> forward(length());
                case FIXED32 -> forward(4);
                default -> throw new Malformed("a wire type that is not in use");
            }
        }

        private int length() {
            long length = varint();
            if (length < 0 || length > end - at) {
                throw new Malformed("a length that leads beyond the end");
            }
            return (int) length;
        }

        private void forward(int length) {
            if (length > end - at) {
                throw new Malformed("it ends within a value");
            }
            at += length;
        }

        private long varint() {
            long value = 0;
            for (int shift = 0; shift < 64; shift += 7) {
                if (at == end) {
                    throw new Malformed("it ends within a number");
                }
                byte b = bytes[at++];
                value |= (long) (b & 0x7f) << shift;
                if (b >= 0) {
                    return value;
                }
            }
            throw new Malformed("a number of more than ten bytes");
        }
    }

    /** Builds one message. Not safe for use by several threads at once. */
    static final class Writer {
        private byte[] bytes;
        private int length;

        Writer(int capacity) {
            bytes = new byte[capacity];
        }

        byte[] bytes() {
            return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
        }

        int size() {
            return length;
        }

        Writer number(int field, long value) {
            varint((long) field << 3 | VARINT);
            varint(value);
            return this;
        }

        Writer text(int field, String value) {
            if (!isAscii(value)) {
                return raw(field, value.getBytes(StandardCharsets.UTF_8));
            }
            head(field, value.length());
            for (int i = 0; i < value.length(); i++) {
                bytes[length++] = (byte) value.charAt(i);
            }
            return this;
        }

        Writer message(int field, Writer value) {
            head(field, value.length);
            System.arraycopy(value.bytes, 0, bytes, length, value.length);
            length += value.length;
            return this;
        }

        Writer raw(int field, byte[] value) {
            head(field, value.length);
            System.arraycopy(value, 0, bytes, length, value.length);
            length += value.length;
            return this;
        }

        private static boolean isAscii(String value) {
            for (int i = 0; i < value.length(); i++) {
                if (value.charAt(i) >= 0x80) {
                    return false;
                }
            }
            return true;
        }

        private void head(int field, int size) {
            varint((long) field << 3 | LENGTH);
            varint(size);
            if (bytes.length - length < size) {
                bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + size));
            }
        }

        private void varint(long value) {
            if (bytes.length - length < 10) {
                bytes = Arrays.copyOf(bytes, 2 * bytes.length + 10);
            }
            long rest = value;
            while ((rest & ~0x7fL) != 0) {
                bytes[length++] = (byte) (rest | 0x80);
                rest >>>= 7;
            }
            bytes[length++] = (byte) rest;
        }
    }
}
