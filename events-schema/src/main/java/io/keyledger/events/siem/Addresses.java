package io.keyledger.events.siem;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.regex.Pattern;

/** Whether a text is the address of a client, in the forms that the formats take. Never asks a name server. */
final class Addresses {
    private static final Pattern IPV4 = Pattern.compile("\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}");
    private static final int LONGEST = 40;

    private Addresses() {}

    static boolean isIp(String text) {
        return isIpv4(text) || isIpv6(text);
    }

    static boolean isIpv4(String text) {
        return IPV4.matcher(text).matches() && isLiteral(text);
    }

    static boolean isIpv6(String text) {
        return text.indexOf(':') >= 0 && text.length() <= LONGEST && isLiteral(text);
    }

    private static boolean isLiteral(String text) {
        try {
            InetAddress address = InetAddress.ofLiteral(text);
            // An IPv4-mapped address is one of IPv4 to Java, and still written with colons.
            return address instanceof Inet4Address || text.indexOf(':') >= 0;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
