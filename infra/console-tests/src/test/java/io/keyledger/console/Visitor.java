package io.keyledger.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.deque.html.axecore.results.AxeResults;
import com.deque.html.axecore.results.Rule;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A person with a browser of their own. Whatever the browser complains about, a script, the content security policy, an
 * answer of 500, fails the story.
 */
final class Visitor implements AutoCloseable {
    private static final int WIDE = 1360;
    private static final int HIGH = 900;
    /** 1280 pixels at 400 per cent. */
    private static final int NARROW = 320;

    /** Nothing when the page fits; else what sticks out, but for what scrolls in a frame of its own. */
    private static final String TOO_WIDE = """
            document.documentElement.scrollWidth <= window.innerWidth + 1 ? [] :
              [...document.querySelectorAll('body *')]
                .filter(e => e.getBoundingClientRect().right > window.innerWidth + 1 && !e.closest('.kl-scroll, pre'))
                .map(e => e.tagName + '.' + e.getAttribute('class')).slice(0, 8)""";

    private final BrowserContext context;
    private final Page page;
    private final URI origin;
    private final @Nullable Path pictures;
    private final List<String> complaints = new ArrayList<>();

    /** @param pictures where they go; null = none are taken */
    Visitor(Browser browser, URI origin, @Nullable Path pictures, boolean script) {
        this.origin = origin;
        this.pictures = pictures;
        context = browser.newContext(new Browser.NewContextOptions()
                .setIgnoreHTTPSErrors(true)
                .setJavaScriptEnabled(script)
                .setLocale("en-GB")
                .setTimezoneId("Europe/Berlin")
                .setReducedMotion(ReducedMotion.REDUCE)
                .setAcceptDownloads(true)
                .setPermissions(List.of("clipboard-read", "clipboard-write"))
                .setViewportSize(WIDE, HIGH));
        page = context.newPage();
        page.onPageError(complaints::add);
        page.onConsoleMessage(message -> {
            if (message.type().equals("error") && !message.text().contains("status of 4")) {
                complaints.add(message.text());
            }
        });
        page.onResponse(response -> {
            if (response.status() >= 500) {
                complaints.add(response.status() + " " + response.url());
            }
        });
    }

    Page page() {
        return page;
    }

    Visitor open(String path) {
        page.navigate(origin.resolve(path).toString());
        return this;
    }

    void signIn(String login, String password) {
        open("/sign-in");
        field("Name").fill(login);
        field("Password").fill(password);
        press("Sign in");
        page.waitForURL(url -> !url.contains("/sign-in"));
    }

    /** Opens a page that may ask first who one is. */
    void proven(String password, String path) {
        open(path);
        if (path().startsWith("/re-authenticate")) {
            field("Password").fill(password);
            press("Go on");
            page.waitForURL(url -> url.endsWith(path));
        }
    }

    /** From now on the system likes it dark. */
    void dark() {
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.DARK));
    }

    void picture(String name) {
        if (pictures != null) {
            page.screenshot(new Page.ScreenshotOptions()
                    .setPath(pictures.resolve(name + ".png"))
                    .setFullPage(true));
        }
    }

    /** A field by its label. */
    Locator field(String label) {
        return page.getByLabel(label, new Page.GetByLabelOptions().setExact(true));
    }

    Locator button(String name) {
        return page.getByRole(
                AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    Locator link(String name) {
        return page.getByRole(
                AriaRole.LINK, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    void press(String name) {
        button(name).click();
    }

    void follow(String name) {
        link(name).click();
    }

    String text() {
        return page.locator("main").innerText();
    }

    String heading() {
        return page.locator("h1").first().innerText();
    }

    String path() {
        URI uri = URI.create(page.url());
        return uri.getQuery() == null ? uri.getPath() : uri.getPath() + "?" + uri.getQuery();
    }

    /** Looks at the page in every way: light, dark, narrow; without a violation for axe-core; and takes its picture if asked for. */
    void look(String name) {
        for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
            String suffix = scheme == ColorScheme.LIGHT ? "light" : "dark";
            page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme));
            page.waitForFunction("s => document.documentElement.getAttribute('data-bs-theme') === s", suffix);
            if (scheme == ColorScheme.LIGHT) {
                mustBeAccessible(name + ", " + suffix);
            } else {
                // The same page in other colours.
                mustBeAccessible(name + ", " + suffix, new AxeBuilder(page).withRules(List.of("color-contrast")));
            }
            picture(name + "-" + suffix);
        }
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.LIGHT));
        page.setViewportSize(NARROW, 640);
        try {
            // Plots follow a moment later.
            page.waitForTimeout(300);
            assertThat(page.evaluate(TOO_WIDE))
                    .as("%s: what is too wide at 400 per cent, so that one has to scroll sideways", name)
                    .isEqualTo(List.of());
            mustBeAccessible(name + ", narrow");
        } finally {
            page.setViewportSize(WIDE, HIGH);
        }
    }

    void mustBeAccessible(String what) {
        mustBeAccessible(
                what,
                new AxeBuilder(page)
                        .withTags(List.of("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")));
    }

    private static void mustBeAccessible(String what, AxeBuilder axe) {
        AxeResults results = axe.analyze();
        List<String> found = new ArrayList<>();
        for (Rule rule : results.getViolations()) {
            rule.getNodes()
                    .forEach(node -> found.add(
                            rule.getId() + ": " + rule.getHelp() + " " + node.getTarget() + " " + node.getHtml()));
        }
        assertThat(found).as("%s", what).isEmpty();
    }

    /** What the browser has complained about, but for what {@code expected} finds. */
    List<String> complaints(Pattern expected) {
        return complaints.stream().filter(c -> !expected.matcher(c).find()).toList();
    }

    /** After what a browser has to complain about. */
    void forgetComplaints() {
        complaints.clear();
    }

    List<String> complaints() {
        return List.copyOf(complaints);
    }

    @Override
    public void close() {
        context.close();
    }
}
