package io.keyledger.edge.server;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/** Some ranges of IP addresses, such as {@code 10.0.0.0/8}, {@code ::1/128} or a single address. Immutable. */
final class AddressRanges {
    private final List<Range> ranges = new ArrayList<>();

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Range(byte[] network, int bits) {
        boolean contains(byte[] address) {
            if (address.length != network.length) {
                return false;
            }
            for (int i = 0; i < bits; i++) {
                if (((address[i / 8] ^ network[i / 8]) >> 7 - i % 8 & 1) != 0) {
                    return false;
                }
            }
            return true;
        }
    }

    /** @throws IllegalArgumentException when one is not an address with or without a length */
    AddressRanges(List<String> texts) {
        for (String text : texts) {
            int slash = text.indexOf('/');
            byte[] network = NetUtil.createByteArrayFromIpAddressString(slash < 0 ? text : text.substring(0, slash));
            if (network == null) {
                throw new IllegalArgumentException("not an address range: " + text);
            }
            int bits = slash < 0 ? network.length * 8 : Integer.parseInt(text.substring(slash + 1));
            if (bits < 0 || bits > network.length * 8) {
                throw new IllegalArgumentException("not an address range: " + text);
            }
            ranges.add(new Range(network, bits));
        }
    }

    boolean contains(InetAddress address) {
        return contains(address.getAddress());
    }

    /** False for what is no address. */
    boolean contains(String address) {
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(address);
        return bytes != null && contains(bytes);
    }

    private boolean contains(byte[] address) {
        for (int i = 0; i < ranges.size(); i++) {
            if (ranges.get(i).contains(address)) {
                return true;
            }
        }
        return false;
    }
}
