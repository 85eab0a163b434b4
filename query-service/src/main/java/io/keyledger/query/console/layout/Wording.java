package io.keyledger.query.console.layout;

import jakarta.servlet.http.HttpServletRequest;

/**
 * What the tenant calls its keys and where its menu has them, by its setting {@code console.wording}. Templates know it as
 * {@code wording}.
 *
 * @param underSettings whether keys stand among the settings
 * @param title of the list
 * @param menu in the menu
 * @param create on the button that makes one
 */
public record Wording(
        boolean underSettings, String title, String menu, String create, String idLabel, String createdLabel) {
    static final String SETTING = "console.wording";
    static final Wording API_KEYS = new Wording(false, "API Keys", "API keys", "Create API Key", "Key ID", "Created");
    static final Wording ACCESS_KEYS = new Wording(
            true, "Access keys", "Access keys", "Generate access key", "Access key ID", "Access key created");

    private static final String ATTRIBUTE = "io.keyledger.wording";

    /** By the value of the setting; one that is not known here is the default. */
    static Wording of(String setting) {
        return setting.equals("access-keys") ? ACCESS_KEYS : API_KEYS;
    }

    /** Of the tenant whose person asks, or the default. */
    static Wording of(HttpServletRequest request) {
        return request.getAttribute(ATTRIBUTE) instanceof Wording wording ? wording : API_KEYS;
    }

    void mark(HttpServletRequest request) {
        request.setAttribute(ATTRIBUTE, this);
    }

    /** The part of the menu that the list belongs to. */
    public String above() {
        return underSettings ? "Settings" : "Administration";
    }
}
