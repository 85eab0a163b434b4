package io.keyledger.edge.core.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyledger.requirements.Row;
import io.keyledger.verifier.Address;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FailureThrottleTest {
    private static final long ADDRESS = from("203.0.113.7");
    private static final long GUESS = 7;
    private static final long GOOD = 8;
    private static final long SECOND = 1_000_000;
    private static final long NOON = 1_772_000_000L * SECOND;

    private final FailureThrottle throttle = new FailureThrottle(60, 42);

    private static long from(String ip) {
        Address address = new Address();
        return FailureThrottle.source(address.read(ip) ? address : null);
    }

    private void fail(long ip, int times, long now) {
        for (int i = 0; i < times; i++) {
            assertThat(throttle.wait(ip, GUESS, now)).as("attempt %d", i).isZero();
            throttle.failed(ip, now);
        }
    }

    @Test
    @Row("S5-27")
    void a_source_that_has_failed_so_often_waits_and_gets_so_many_a_minute_then() {
        fail(ADDRESS, 60, NOON);
        assertThat(throttle.wait(ADDRESS, GUESS, NOON)).isEqualTo(1);
        assertThat(throttle.refused()).isEqualTo(1);
        int looked = 0;
        for (int tenths = 1; tenths <= 6000; tenths++) {
            long now = NOON + tenths * SECOND / 10;
            if (throttle.wait(ADDRESS, GUESS, now) == 0) {
                throttle.failed(ADDRESS, now);
                looked++;
            }
        }
        assertThat(looked).as("in ten minutes").isEqualTo(600);
        fail(ADDRESS, 60, NOON + 3600 * SECOND);
        assertThat(throttle.wait(from("203.0.113.8"), GUESS, NOON + 3600 * SECOND))
                .isZero();
    }

    @Test
    @Row("S5-27")
    void a_good_key_is_not_locked_out_by_garbage_from_the_address_that_it_shares() {
        throttle.accepted(ADDRESS, GOOD);
        fail(ADDRESS, 60, NOON);
        assertThat(throttle.wait(ADDRESS, GUESS, NOON)).isPositive();
        assertThat(throttle.wait(ADDRESS, 0, NOON)).isPositive();
        assertThat(throttle.wait(ADDRESS, GOOD, NOON)).isZero();
    }

    @Test
    void a_key_that_is_good_elsewhere_has_no_exemption_here() {
        throttle.accepted(from("203.0.113.9"), GOOD);
        fail(ADDRESS, 60, NOON);
        assertThat(throttle.wait(ADDRESS, GOOD, NOON)).isPositive();
    }

    @Test
    void one_who_has_an_ipv6_network_is_one_source() {
        for (int i = 0; i < 60; i++) {
            fail(from("2001:db8:1:2::%x".formatted(i)), 1, NOON);
        }
        assertThat(throttle.wait(from("2001:db8:1:2:ffff::1"), GUESS, NOON)).isPositive();
        assertThat(throttle.wait(from("2001:db8:1:3::1"), GUESS, NOON)).isZero();
    }

    @Test
    void where_nobody_says_where_from_and_where_no_limit_is_set_nothing_is_limited() {
        for (int i = 0; i < 1000; i++) {
            throttle.failed(FailureThrottle.NOWHERE, NOON);
        }
        assertThat(throttle.wait(FailureThrottle.NOWHERE, GUESS, NOON)).isZero();
        FailureThrottle off = new FailureThrottle(0, 42);
        for (int i = 0; i < 1000; i++) {
            off.failed(ADDRESS, NOON);
        }
        assertThat(off.wait(ADDRESS, GUESS, NOON)).isZero();
        assertThatThrownBy(() -> new LimitSettings(-1, 1)).hasMessageContaining("failures-per-minute is -1");
    }

    /** A million sources take the place of others in tables of one size; one that goes on failing keeps its place. */
    @Test
    void a_flood_of_sources_displaces_the_idle_before_the_busy() {
        fail(ADDRESS, 60, NOON);
        SplittableRandom random = new SplittableRandom(3);
        int waited = 0;
        for (int i = 0; i < 1_000_000; i++) {
            throttle.failed(from("2001:db8:%x:%x::1".formatted(random.nextInt(65536), random.nextInt(65536))), NOON);
            if (i % 1000 == 0 && throttle.wait(ADDRESS, GUESS, NOON) > 0) {
                waited++;
            }
        }
        assertThat(waited).isEqualTo(1000);
    }

    @ParameterizedTest
    @CsvSource({
        "1.2.3.4, ::ffff:1.2.3.4",
        "2001:db8::1, 2001:db8:0:0:5::9",
        "2001:DB8::, 2001:db8::7",
        "::1, ::2",
        "1:2:3:4:5:6:7:8, 1:2:3:4::",
    })
    void the_same_source(String one, String other) {
        assertThat(from(one)).isEqualTo(from(other)).isNotEqualTo(FailureThrottle.NOWHERE);
    }
}
