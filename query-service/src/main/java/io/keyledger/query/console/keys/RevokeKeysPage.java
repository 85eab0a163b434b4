package io.keyledger.query.console.keys;

import io.keyledger.events.access.Permission;
import io.keyledger.query.console.access.Fresh;
import io.keyledger.query.console.access.Needs;
import io.keyledger.query.console.access.Person;
import io.keyledger.query.console.commands.CommandAnswer;
import io.keyledger.query.console.commands.CommandClient;
import io.keyledger.query.console.commands.Effect;
import io.keyledger.query.console.people.Names;
import io.keyledger.query.keys.KeyJson;
import io.keyledger.query.keys.KeyLists;
import io.keyledger.query.usage.UsageQueries;
import io.keyledger.query.usage.UsageQueries.Caller;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** {@code /keys/revoke}: what the revocation of many keys would break, then the revocation and its proof. */
@Controller
class RevokeKeysPage {
    private static final int MOST = 1000;
    private static final int CALLERS = 200;

    private final KeyLists lists;
    private final UsageQueries usage;
    private final CommandClient commands;
    private final Names names;
    private final InstantSource clock;

    RevokeKeysPage(KeyLists lists, UsageQueries usage, CommandClient commands, Names names, InstantSource clock) {
        this.lists = lists;
        this.usage = usage;
        this.commands = commands;
        this.names = names;
        this.clock = clock;
    }

    /** The dry run: of the keys that were ticked, or of all that the list's filter finds. */
    @Fresh
    @Needs(Permission.KEYS_REVOKE)
    @GetMapping("/keys/revoke")
    String dryRun(
            Person person,
            @RequestParam(name = "keyId", required = false) @Nullable List<String> keyIds,
            HttpServletRequest request,
            Model model) {
        String tenant = person.tenant().value();
        List<KeyJson> found;
        if (keyIds == null) {
            found = "true".equals(request.getParameter("all"))
                    ? lists.live(KeyListQuery.of(request, tenant).filter(), MOST + 1)
                    : List.of();
        } else {
            found = lists.named(tenant, keyIds.stream().limit(MOST + 1L).toList());
        }
        List<KeyJson> live = found.stream().filter(KeyLists::isLive).limit(MOST).toList();
        List<String> ids = live.stream().map(k -> k.keyId().value()).toList();
        List<Caller> callers = usage.callers(ids, clock.instant().minus(Duration.ofHours(24)), CALLERS);
        model.addAttribute("keys", live)
                .addAttribute("more", found.size() > MOST)
                .addAttribute("ended", found.size() - live.size() - (found.size() > MOST ? 1 : 0))
                .addAttribute(
                        "callers",
                        callers.stream()
                                .collect(Collectors.groupingBy(Caller::keyId, LinkedHashMap::new, Collectors.toList())))
                .addAttribute(
                        "byId",
                        live.stream().collect(Collectors.toMap(k -> k.keyId().value(), k -> k)))
                .addAttribute(
                        "names",
                        names.of(
                                person,
                                live.stream().map(k -> k.owner().value()).toList()))
                .addAttribute("reasons", KeyPage.RevocationWords.ALL)
                .addAttribute("idempotencyKey", UUID.randomUUID().toString());
        return "console/keys-revoke";
    }

    @Fresh
    @Needs(Permission.KEYS_REVOKE)
    @PostMapping("/keys/revoke")
    String revoke(
            Person person,
            @RequestParam(name = "keyId", required = false) @Nullable List<String> keyIds,
            @RequestParam(name = "reasonCode", defaultValue = "unspecified") String reasonCode,
            @RequestParam(name = "reason", defaultValue = "") String reason,
            @RequestParam(name = "idempotencyKey", defaultValue = "") String idempotencyKey,
            Model model) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("keyIds", keyIds == null ? List.of() : keyIds);
        body.put("reasonCode", reasonCode);
        if (!reason.isBlank()) {
            body.put("reason", reason.strip());
        }
        CommandAnswer answer = commands.send(person, "POST", "/api/v1/keys/revoke", body, idempotencyKey);
        model.addAttribute("problem", answer.ok() ? null : answer.detail())
                .addAttribute("effect", answer.ok() ? Effect.of(answer) : null)
                .addAttribute("revoked", answer.body().getOrDefault("revoked", 0))
                .addAttribute("items", answer.items("items"));
        return "console/keys-revoked";
    }
}
