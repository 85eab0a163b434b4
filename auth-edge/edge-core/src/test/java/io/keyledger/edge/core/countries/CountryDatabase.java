package io.keyledger.edge.core.countries;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes a small country database in the MaxMind DB format 2.0: an IPv6 tree, IPv4 in ::/96, records of 24 bits. */
final class CountryDatabase {
    private static final int EMPTY = -1;
    private static final int FIRST_LEAF = 1 << 20;

    private final List<int[]> nodes = new ArrayList<>(List.of(new int[] {EMPTY, EMPTY}));
    private final Map<String, Integer> offsets = new LinkedHashMap<>();
    private final ByteArrayOutputStream data = new ByteArrayOutputStream();

    /** @param range in CIDR notation */
    CountryDatabase put(String range, String country) throws UnknownHostException {
        String[] parts = range.split("/", 2);
        byte[] plain = InetAddress.getByName(parts[0]).getAddress();
        byte[] address = new byte[16];
        System.arraycopy(plain, 0, address, 16 - plain.length, plain.length);
        int bits = Integer.parseInt(parts[1]) + (plain.length == 4 ? 96 : 0);
        int leaf = FIRST_LEAF + offsets.computeIfAbsent(country, this::entry);
        int node = 0;
        for (int i = 0; i < bits; i++) {
            int side = address[i / 8] >> 7 - i % 8 & 1;
            if (i == bits - 1) {
                nodes.get(node)[side] = leaf;
            } else {
                int next = nodes.get(node)[side];
                if (next == EMPTY) {
                    next = nodes.size();
                    nodes.get(node)[side] = next;
                    nodes.add(new int[] {EMPTY, EMPTY});
                }
                node = next;
            }
        }
        return this;
    }

    private int entry(String country) {
        int at = data.size();
        map(data, 1);
        text(data, "country");
        map(data, 1);
        text(data, "iso_code");
        text(data, country);
        return at;
    }

    byte[] bytes() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int[] node : nodes) {
            for (int side : node) {
                int record = side == EMPTY
                        ? nodes.size()
                        : side >= FIRST_LEAF ? nodes.size() + 16 + side - FIRST_LEAF : side;
                out.write(record >>> 16);
                out.write(record >>> 8);
                out.write(record);
            }
        }
        out.writeBytes(new byte[16]);
        out.writeBytes(data.toByteArray());
        out.writeBytes(new byte[] {(byte) 0xab, (byte) 0xcd, (byte) 0xef});
        out.writeBytes("MaxMind.com".getBytes(StandardCharsets.US_ASCII));
        map(out, 9);
        number(out, "node_count", 6, nodes.size());
        number(out, "record_size", 5, 24);
        number(out, "ip_version", 5, 6);
        text(out, "database_type");
        text(out, "Test-Country");
        text(out, "languages");
        out.write(0);
        out.write(11 - 7);
        number(out, "binary_format_major_version", 5, 2);
        number(out, "binary_format_minor_version", 5, 0);
        text(out, "build_epoch");
        out.write(4);
        out.write(9 - 7);
        out.writeBytes(new byte[] {0x60, 0, 0, 0});
        text(out, "description");
        map(out, 0);
        return out.toByteArray();
    }

    private static void map(ByteArrayOutputStream out, int size) {
        out.write(7 << 5 | size);
    }

    private static void text(ByteArrayOutputStream out, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length < 29) {
            out.write(2 << 5 | bytes.length);
        } else {
            out.write(2 << 5 | 29);
            out.write(bytes.length - 29);
        }
        out.writeBytes(bytes);
    }

    private static void number(ByteArrayOutputStream out, String name, int type, int value) {
        text(out, name);
        out.write(type << 5 | 2);
        out.write(value >>> 8);
        out.write(value);
    }
}
