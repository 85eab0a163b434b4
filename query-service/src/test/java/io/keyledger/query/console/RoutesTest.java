package io.keyledger.query.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyledger.events.access.Permission;
import io.keyledger.query.console.Routes.Route;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Which page takes what, in one list that a reviewer reads: a new page, or another rule, is a change here. */
class RoutesTest {
    private static final String EXPECTED = """
            GET  /                              signed in
            GET  /events                        audit:read
            GET  /events/export                 audit:export
            POST /events/filters                audit:read
            GET  /filters                       signed in
            POST /filters/{id}/delete           signed in
            POST /filters/{id}/rename           signed in
            GET  /events/live                   audit:read
            GET  /keys                          keys:read
            GET  /keys/export                   keys:read
            POST /keys/filters                  keys:read
            GET  /keys/new                      own keys:create
            POST /keys/new                      own keys:create
            GET  /keys/new/name                 own tokens:write
            GET  /keys/revoke                   keys:revoke
            POST /keys/revoke                   keys:revoke
            GET  /keys/{id}                     own keys:read
            GET  /keys/{id}/edit                own keys:edit
            POST /keys/{id}/edit                own keys:edit
            POST /keys/{id}/edit/changes        own keys:edit
            POST /keys/{id}/forget              own keys:edit
            GET  /keys/{id}/reveal              own keys:reveal
            POST /keys/{id}/reveal              own keys:reveal
            POST /keys/{id}/resume              own keys:suspend
            POST /keys/{id}/revoke              own keys:revoke
            POST /keys/{id}/rotate              own keys:rotate
            POST /keys/{id}/suspend             own keys:suspend
            GET  /my/keys                       own tokens:write
            GET  /my/keys/new                   own tokens:write
            POST /my/keys/new                   own tokens:write
            POST /my/keys/{id}/delete           own tokens:write
            POST /my/keys/{id}/edit             own tokens:write
            GET  /edges                         edges:read
            GET  /edges/{edge}/retire           settings:write
            POST /edges/{edge}/retire           settings:write
            GET  /events                        audit:read
            GET  /events/export                 audit:export
            GET  /events/live                   audit:read
            GET  /help                          everybody
            GET  /help/{topic}                  everybody
            GET  /keys                          keys:read
            GET  /keys/export                   keys:read
            GET  /keys/new                      own keys:create
            GET  /keys/new/name                 own tokens:write
            POST /keys/new                      own keys:create
            GET  /keys/revoke                   keys:revoke
            POST /keys/revoke                   keys:revoke
            GET  /keys/{id}                     own keys:read
            POST /keys/{id}/edit                own keys:edit
            POST /keys/{id}/resume              own keys:suspend
            POST /keys/{id}/revoke              own keys:revoke
            POST /keys/{id}/rotate              own keys:rotate
            POST /keys/{id}/suspend             own keys:suspend
            GET  /my/keys                       own tokens:write
            GET  /my/keys/new                   own tokens:write
            POST /my/keys/new                   own tokens:write
            POST /my/keys/{id}/delete           own tokens:write
            POST /my/keys/{id}/edit             own tokens:write
            GET  /profile                       signed in
            GET  /profile/password              signed in
            POST /profile/password              signed in
            POST /profile/sign-out-elsewhere    signed in
            GET  /re-authenticate               signed in
            POST /re-authenticate               signed in
            GET  /settings                      settings:read
            POST /settings                      settings:write
            GET  /settings/presets/{preset}     settings:write
            POST /settings/presets/{preset}     settings:write
            GET  /settings/switch               settings:switch
            POST /settings/switch               settings:switch
            GET  /setup                         everybody
            POST /setup                         everybody
            GET  /sign-in                       everybody
            POST /sign-in                       everybody
            GET  /sign-in/with/{provider}       everybody
            POST /sign-out                      signed in
            GET  /tenants                       settings:switch
            GET  /tenants/new                   settings:switch
            POST /tenants/new                   settings:switch
            GET  /tenants/{id}                  settings:switch
            POST /tenants/{id}                  settings:switch
            GET  /users                         users:read
            GET  /users/new                     users:write
            POST /users/new                     users:write
            GET  /users/{id}                    users:read
            POST /users/{id}                    users:write
            POST /users/{id}/access             users:write
            POST /users/{id}/disable            users:write
            POST /users/{id}/enable             users:write
            GET  /users/{id}/erase              users:write
            POST /users/{id}/erase              users:write
            GET  /users/{id}/password           users:write
            POST /users/{id}/password           users:write
            POST /users/{id}/roles              roles:write
            """;

    @Test
    void every_page_has_the_rule_that_this_list_says() {
        Map<String, String> rules = new TreeMap<>();
        for (Route route : Routes.all()) {
            rules.put(route.toString(), String.valueOf(route.rule()));
        }
        assertThat(rules).isEqualTo(expected());
    }

    @Test
    void no_page_is_without_a_rule() {
        assertThat(Routes.all())
                .isNotEmpty()
                .allSatisfy(route -> assertThat(route.rule()).as("%s", route).isNotNull());
    }

    @Test
    void every_permission_in_the_list_is_one() {
        List<String> known =
                Arrays.stream(Permission.values()).map(Permission::wire).toList();
        assertThat(expected().values().stream()
                        .map(rule -> rule.replaceFirst("^own ", ""))
                        .filter(rule -> !rule.equals("everybody") && !rule.equals("signed in"))
                        .collect(Collectors.toSet()))
                .isSubsetOf(known);
    }

    static Map<String, String> expected() {
        Map<String, String> rules = new TreeMap<>();
        EXPECTED.lines().forEach(line -> {
            String[] parts = line.strip().split("\\s+", 3);
            rules.put(parts[0] + " " + parts[1], parts[2]);
        });
        return rules;
    }
}
