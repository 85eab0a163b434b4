package io.keyledger.query.console;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a browser does, as far as a server can tell: cookies, forms, and where a request says that it comes from. */
final class Browser {
    static final String COOKIE = "__Host-keyledger";

    private static final Pattern TOKEN = Pattern.compile("name=\"_csrf\" value=\"([^\"]+)\"");

    private final HttpClient client;
    private final URI origin;

    @Nullable
    String cookie;

    private final @Nullable String host;

    Browser(HttpClient client, URI origin) {
        this(client, origin, null);
    }

    /** @param host the name that it believes to ask; null = that of the origin */
    Browser(HttpClient client, URI origin, @Nullable String host) {
        this.client = client;
        this.origin = origin;
        this.host = host;
    }

    /** The same browser, its cookie too, at another name: what no real one would do. */
    Browser carriedTo(String other) {
        Browser carried = new Browser(client, origin, other);
        carried.cookie = cookie;
        return carried;
    }

    Page get(String path) {
        return send(request(path).header("Sec-Fetch-Site", "none").GET());
    }

    Page get(String path, String... headers) {
        return send(request(path).headers(headers).GET());
    }

    /** Opens the page that holds the form, and sends the form with its token. */
    Page post(String formPath, String path, String... fields) {
        return postAs(get(formPath).token(), path, fields);
    }

    Page postAs(@Nullable String token, String path, String... fields) {
        return send(request(path)
                .header("Sec-Fetch-Site", "same-origin")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form(token, fields))));
    }

    HttpRequest.Builder request(String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(origin.resolve(path))
                .header("Accept", "text/html,application/xhtml+xml,*/*;q=0.8");
        if (host != null) {
            request.header("Host", host);
        }
        return cookie == null ? request : request.header("Cookie", COOKIE + "=" + cookie);
    }

    Page send(HttpRequest.Builder request) {
        try {
            HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
            for (String set : response.headers().allValues("Set-Cookie")) {
                if (set.startsWith(COOKIE + "=")) {
                    String value = set.substring(COOKIE.length() + 1).split(";", 2)[0];
                    cookie = value.isEmpty() ? null : value;
                }
            }
            return new Page(response);
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** The status of an answer that never ends. */
    int statusOfStream(String path) {
        try {
            HttpResponse<java.io.InputStream> response =
                    client.send(request(path).GET().build(), BodyHandlers.ofInputStream());
            response.body().close();
            return response.statusCode();
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    static String form(@Nullable String token, String... fields) {
        List<String> pairs = new ArrayList<>();
        if (token != null) {
            pairs.add("_csrf=" + encoded(token));
        }
        for (int i = 0; i < fields.length; i += 2) {
            pairs.add(encoded(fields[i]) + "=" + encoded(fields[i + 1]));
        }
        return String.join("&", pairs);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** An answer. */
    record Page(HttpResponse<String> response) {
        int status() {
            return response.statusCode();
        }

        String body() {
            return response.body();
        }

        @Nullable
        String header(String name) {
            return response.headers().firstValue(name).orElse(null);
        }

        /** The token of the first form. */
        @Nullable
        String token() {
            Matcher matcher = TOKEN.matcher(body());
            return matcher.find() ? matcher.group(1) : null;
        }

        Map<String, String> headers() {
            Map<String, String> all = new LinkedHashMap<>();
            response.headers().map().forEach((name, values) -> all.put(name, String.join(", ", values)));
            return all;
        }
    }
}
