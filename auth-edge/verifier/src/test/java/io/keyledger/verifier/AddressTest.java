package io.keyledger.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressTest {
    private static final BigInteger ONE = BigInteger.ONE;
    private static final BigInteger MAPPED = BigInteger.valueOf(0xffff).shiftLeft(32);

    /** By the platform's own parser; IPv4 as it is mapped. */
    static BigInteger number(String text) {
        try {
            byte[] bytes = InetAddress.getByName(text).getAddress();
            BigInteger number = new BigInteger(1, bytes);
            return bytes.length == 4 ? number.add(MAPPED) : number;
        } catch (UnknownHostException e) {
            throw new AssertionError(text, e);
        }
    }

    private static BigInteger number(Address address) {
        return new BigInteger(Long.toUnsignedString(address.high()))
                .shiftLeft(64)
                .add(new BigInteger(Long.toUnsignedString(address.low())));
    }

    /** Some way to write a random address, near a few beginnings so that ranges are hit. */
    static String random(Random random) {
        String[] starts = {"10.1.", "192.0.2.", "2001:db8:", "2001:db8::", "::", "fe80::1:", "::ffff:10.1."};
        String start = starts[random.nextInt(starts.length)];
        StringBuilder text = new StringBuilder(start);
        if (start.contains(".")) {
            int dots = (int) start.chars().filter(c -> c == '.').count();
            for (int i = dots; i < 4; i++) {
                text.append(random.nextInt(4) == 0 ? 255 : random.nextInt(256)).append(i < 3 ? "." : "");
            }
            return text.toString();
        }
        boolean open = start.contains("::");
        int groups = open ? 1 + random.nextInt(3) : 6;
        for (int i = 0; i < groups; i++) {
            String group = Integer.toHexString(random.nextInt(3) == 0 ? 0 : random.nextInt(0x10000));
            text.append(random.nextBoolean() ? group : group.toUpperCase(java.util.Locale.ROOT))
                    .append(i < groups - 1 ? ":" : "");
        }
        return text.toString();
    }

    /** Whether a range holds an address, by counting. */
    static boolean holds(String range, String address) {
        int slash = range.indexOf('/');
        String first = slash < 0 ? range : range.substring(0, slash);
        boolean v4 = first.indexOf(':') < 0;
        int length = slash < 0 ? v4 ? 32 : 128 : Integer.parseInt(range.substring(slash + 1));
        BigInteger from = number(first);
        BigInteger to = from.add(ONE.shiftLeft((v4 ? 32 : 128) - length));
        BigInteger asked = number(address);
        boolean mapped = from.shiftRight(32).equals(BigInteger.valueOf(0xffff)) && (v4 || length >= 96);
        boolean askedMapped = asked.shiftRight(32).equals(BigInteger.valueOf(0xffff));
        return mapped == askedMapped && asked.compareTo(from) >= 0 && asked.compareTo(to) < 0;
    }

    /** A range around a random address, its spare bits zero. */
    static String randomRange(Random random) {
        String text = random(random);
        int most = text.indexOf(':') < 0 ? 32 : 128;
        int length = random.nextInt(most + 1);
        AddressRange range = AddressRange.around(text + "/" + length);
        assertThat(range).as(text + "/" + length).isNotNull();
        return range.toString();
    }

    @Test
    void an_address_is_read_as_the_platform_reads_it_however_it_is_written() {
        Random random = new Random(1);
        Address address = new Address();
        for (int i = 0; i < 20_000; i++) {
            String text = random(random);
            assertThat(address.read(text)).as(text).isTrue();
            assertThat(number(address)).as(text).isEqualTo(number(text));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1",
                "1.2.3",
                "1.2.3.4.5",
                "1.2.3.256",
                "01.2.3.4",
                "1.2.3.4 ",
                " 1.2.3.4",
                "1.2.3.4:80",
                "0x1.2.3.4",
                "1..3.4",
                "-1.2.3.4",
                "1.2.3.",
                "localhost",
                ":",
                ":::",
                "1::2::3",
                "1:2:3:4:5:6:7",
                "1:2:3:4:5:6:7:8:9",
                "12345::",
                "::1%eth0",
                "[::1]",
                "1:2:3:4:5:6:7:",
                ":1:2:3:4:5:6:7:8",
                "::ffff:1.2.3",
                "1.2.3.4::",
                "::1.2.3.4:5",
                "1:2:3:4:5:6:7:1.2.3.4",
                "::g",
                "1:2:3:4:5:6:7::8",
                "\u0661.2.3.4",
                "::\u0661"
            })
    void what_is_no_address_is_none(String text) {
        assertThat(new Address().read(text)).isFalse();
        assertThat(AddressRange.read(text)).isNull();
    }

    @Test
    void a_range_holds_the_addresses_that_counting_finds_in_it() {
        Random random = new Random(2);
        Address address = new Address();
        int inside = 0;
        for (int i = 0; i < 50_000; i++) {
            String range = randomRange(random);
            String asked = random(random);
            AddressRange read = AddressRange.read(range);
            assertThat(read).as(range).isNotNull();
            assertThat(address.read(asked)).isTrue();
            assertThat(read.contains(address)).as(asked + " in " + range).isEqualTo(holds(range, asked));
            inside += read.contains(address) ? 1 : 0;
            assertThat(AddressRange.read(read.toString())).isEqualTo(read);
        }
        assertThat(inside).isGreaterThan(1_000);
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.0.0.0/8",
        "10.1.2.3, 10.1.2.3/32",
        "::ffff:10.0.0.0/104, 10.0.0.0/8",
        "::FFFF:0A00:0000/104, 10.0.0.0/8",
        "2001:DB8:0:0:0:0:0:0/32, 2001:db8::/32",
        "2001:db8:0:1:0:0:0:1, 2001:db8:0:1::1/128",
        "2001:0:0:1:0:0:0:1/128, 2001:0:0:1::1/128",
        "1:0:2:3:4:5:6:7/128, 1:0:2:3:4:5:6:7/128",
        "::/0, ::/0",
        "0.0.0.0/0, 0.0.0.0/0",
    })
    void a_range_has_one_normal_form(String text, String normal) {
        assertThat(AddressRange.read(text)).hasToString(normal);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "10.0.0.1/8",
                "10.0.0.0/33",
                "10.0.0.0/",
                "10.0.0.0/08",
                "10.0.0.0/-1",
                "10.0.0.0/8/8",
                "::/129",
                "::1/64",
                "2001:db8::/1000",
                "/8",
                "::/ 0",
                "::ffff:10.0.0.1/104"
            })
    void what_is_no_range_or_has_bits_behind_its_length_is_none(String text) {
        assertThat(AddressRange.read(text)).isNull();
    }

    @Test
    void all_of_ipv6_is_nothing_of_ipv4() {
        Address address = new Address();
        assertThat(address.read("192.0.2.1")).isTrue();
        assertThat(AddressRange.read("::/0")).isNotNull().matches(range -> !range.contains(address));
        assertThat(AddressRange.read("0.0.0.0/0")).isNotNull().matches(range -> range.contains(address));
        assertThat(address.read("::ffff:192.0.2.1")).isTrue();
        assertThat(AddressRange.read("192.0.2.0/24")).isNotNull().matches(range -> range.contains(address));
    }
}
