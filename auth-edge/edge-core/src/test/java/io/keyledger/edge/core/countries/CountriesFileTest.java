package io.keyledger.edge.core.countries;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyledger.requirements.Row;
import io.keyledger.verifier.Address;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CountriesFileTest {
    @TempDir
    private Path folder;

    private Path file = Path.of("");

    @BeforeEach
    void write() throws IOException {
        file = folder.resolve("countries.mmdb");
        Files.write(file, database("CH"));
    }

    private static byte[] database(String swiss) throws IOException {
        return new CountryDatabase()
                .put("192.0.2.0/24", swiss)
                .put("198.51.100.128/25", "DE")
                .put("2001:db8::/32", "JP")
                .put("203.0.113.7/32", "FR")
                .bytes();
    }

    private static @Nullable String country(CountriesFile countries, String ip) {
        Address address = new Address();
        assertThat(address.read(ip)).isTrue();
        return countries.country(address);
    }

    @Test
    @Row("S5-30")
    void an_address_is_in_the_country_that_the_file_says_ipv4_and_ipv6() {
        try (CountriesFile countries = CountriesFile.open(file)) {
            assertThat(country(countries, "192.0.2.77")).isEqualTo("CH");
            assertThat(country(countries, "198.51.100.200")).isEqualTo("DE");
            assertThat(country(countries, "198.51.100.1")).isNull();
            assertThat(country(countries, "203.0.113.7")).isEqualTo("FR");
            assertThat(country(countries, "203.0.113.8")).isNull();
            assertThat(country(countries, "::ffff:192.0.2.1")).isEqualTo("CH");
            assertThat(country(countries, "2001:db8:1::5")).isEqualTo("JP");
            assertThat(country(countries, "2001:db9::5")).isNull();
            assertThat(countries.trouble()).isNull();
        }
    }

    @Test
    void a_file_that_was_replaced_is_read_again() throws IOException {
        try (CountriesFile countries = CountriesFile.open(file)) {
            Path next = Files.write(folder.resolve("next"), database("LI"));
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
            countries.look();
            assertThat(country(countries, "192.0.2.77")).isEqualTo("LI");
        }
    }

    @Test
    void a_missing_or_broken_file_knows_no_country_says_so_and_is_good_again_when_it_is() throws IOException {
        byte[] good = Files.readAllBytes(file);
        Files.delete(file);
        try (CountriesFile countries = CountriesFile.open(file)) {
            assertThat(country(countries, "192.0.2.77")).isNull();
            assertThat(countries.trouble()).contains("countries-file", "not there");
            Files.writeString(file, "this is no database");
            countries.look();
            assertThat(country(countries, "192.0.2.77")).isNull();
            assertThat(countries.trouble()).contains("cannot be read");
            Files.write(file, good);
            countries.look();
            assertThat(country(countries, "192.0.2.77")).isEqualTo("CH");
            assertThat(countries.trouble()).isNull();
            Files.delete(file);
            countries.look();
            assertThat(country(countries, "192.0.2.77")).isNull();
            assertThat(countries.trouble()).contains("not there");
        }
    }
}
