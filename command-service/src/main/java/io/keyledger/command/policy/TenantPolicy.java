package io.keyledger.command.policy;

import io.keyledger.events.SettingsEvent.SettingChange;
import io.keyledger.events.access.RolePreset;
import io.keyledger.events.view.PrincipalRecord;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a tenant asks of its keys: the value of every setting. Immutable. */
public final class TenantPolicy {
    private final Map<Setting, String> values;

    private TenantPolicy(Map<Setting, String> values) {
        this.values = values;
    }

    public static TenantPolicy of(Preset preset) {
        Map<Setting, String> values = new EnumMap<>(Setting.class);
        for (Setting setting : Setting.values()) {
            String value = preset.value(setting);
            if (value != null) {
                values.put(setting, value);
            }
        }
        return new TenantPolicy(values);
    }

    /** The policy after {@code changes}; names that are not known are passed over. */
    public TenantPolicy with(List<SettingChange> changes) {
        Map<Setting, String> after = new EnumMap<>(values);
        for (SettingChange change : changes) {
            Setting setting = Setting.ofWire(change.name());
            String to = change.to();
            if (setting != null && to != null) {
                after.put(setting, to);
            } else if (setting != null) {
                after.remove(setting);
            }
        }
        return new TenantPolicy(after);
    }

    /** The policy of texts by name, as {@link #texts} gave them. */
    public static TenantPolicy ofTexts(Map<String, ?> texts) {
        Map<Setting, String> values = new EnumMap<>(Setting.class);
        texts.forEach((name, text) -> {
            Setting setting = Setting.ofWire(name);
            if (setting != null) {
                values.put(setting, (String) text);
            }
        });
        return new TenantPolicy(values);
    }

    /** The texts of all settings that are set, by name. */
    public Map<String, String> texts() {
        Map<String, String> texts = new LinkedHashMap<>();
        values.forEach((setting, text) -> texts.put(setting.wire(), text));
        return texts;
    }

    /** All settings as JSON values, by name; null = not set. */
    public Map<String, @Nullable Object> json() {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        for (Setting setting : Setting.values()) {
            json.put(setting.wire(), setting.json(text(setting)));
        }
        return json;
    }

    /** The text of a setting; null = not set. One that is younger than the tenant has its default. */
    public @Nullable String text(Setting setting) {
        String text = values.get(setting);
        return text != null || setting.optional() ? text : setting.preset();
    }

    public boolean enabled() {
        return flag(Setting.ENABLED);
    }

    public NameRule nameRule() {
        return "strict".equals(text(Setting.NAME_RULE)) ? NameRule.STRICT : NameRule.DESCRIPTIVE;
    }

    /** Whether a name is taken for the whole tenant; else for its owner only. */
    public boolean namesUniqueInTenant() {
        return "tenant".equals(text(Setting.NAME_UNIQUENESS));
    }

    public int maxPerOwner() {
        String text = text(Setting.MAX_PER_OWNER);
        return text == null ? Setting.MAX_PER_OWNER_LIMIT : Integer.parseInt(text);
    }

    /** How many personal tokens a person may have. */
    public int maxPersonal() {
        return Integer.parseInt(Objects.requireNonNull(text(Setting.MAX_PERSONAL)));
    }

    public RolePreset roles() {
        String text = text(Setting.ROLES);
        RolePreset preset = text == null ? null : RolePreset.ofWire(text);
        return preset == null ? RolePreset.CENTRAL : preset;
    }

    /** Whether keys may be made whose secret can be shown again, and may be shown. */
    public boolean recoverable() {
        return flag(Setting.RECOVERABLE);
    }

    /** Whether accepted requests that are alike share an event a second. */
    public boolean countsBySecond() {
        return PrincipalRecord.SECOND.equals(text(Setting.GRANULARITY));
    }

    /** Where personal tokens may be used from; null = from anywhere. */
    public @Nullable List<String> tokenAddresses() {
        String text = text(Setting.TOKEN_ADDRESSES);
        return text == null ? null : Setting.list(text);
    }

    /** In which countries personal tokens may be used; null = in any. */
    public @Nullable List<String> tokenCountries() {
        String text = text(Setting.TOKEN_COUNTRIES);
        return text == null ? null : Setting.list(text);
    }

    /** Whether people may make keys of their own. */
    public boolean selfService() {
        return flag(Setting.SELF_SERVICE);
    }

    /** The host name that is the tenant's alone; null = it has none. */
    public @Nullable String host() {
        return text(Setting.HOST);
    }

    public boolean expiryRequired() {
        return flag(Setting.EXPIRY_REQUIRED);
    }

    public @Nullable Span maxExpiry() {
        return span(Setting.MAX_EXPIRY);
    }

    public @Nullable Span defaultExpiry() {
        return span(Setting.DEFAULT_EXPIRY);
    }

    public String prefix() {
        String text = text(Setting.PREFIX);
        return text == null ? "kl" : text;
    }

    public Span maxGrace() {
        Span span = span(Setting.MAX_GRACE);
        return span == null ? Span.ZERO : span;
    }

    private boolean flag(Setting setting) {
        return "true".equals(text(setting));
    }

    private @Nullable Span span(Setting setting) {
        String text = text(setting);
        return text == null ? null : Span.parse(text);
    }
}
