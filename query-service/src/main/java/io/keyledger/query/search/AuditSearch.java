package io.keyledger.query.search;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import co.elastic.clients.elasticsearch._types.ElasticsearchException;
import co.elastic.clients.elasticsearch._types.FieldValue;
import co.elastic.clients.elasticsearch._types.SortOrder;
import co.elastic.clients.elasticsearch._types.query_dsl.BoolQuery;
import co.elastic.clients.elasticsearch._types.query_dsl.Operator;
import co.elastic.clients.elasticsearch._types.query_dsl.SimpleQueryStringFlag;
import co.elastic.clients.elasticsearch.core.SearchRequest;
import co.elastic.clients.elasticsearch.core.search.Hit;
import co.elastic.clients.json.JsonData;
import io.keyledger.events.RecordJson;
import io.keyledger.query.audit.EventQueries;
import io.keyledger.query.audit.EventQueries.Filter;
import io.keyledger.query.audit.FullText;
import io.keyledger.query.log.LoggedEvent;
import io.keyledger.query.web.Cursor;
import io.keyledger.query.web.Listing.Item;
import io.keyledger.query.web.Refusal;
import io.keyledger.query.web.Refused;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Full-text search over the audit, in the same order as without it. */
public final class AuditSearch implements FullText {
    private static final Logger LOG = LoggerFactory.getLogger(AuditSearch.class);
    private static final String NANOS = "strict_date_optional_time_nanos";

    private final ElasticsearchClient client;

    public AuditSearch(ElasticsearchClient client) {
        this.client = client;
    }

    @Override
    public List<Item> newestFirst(Filter filter, @Nullable String q, @Nullable List<String> after, int limit) {
        try {
            return client.search(request(filter, q, after, limit), JsonData.class).hits().hits().stream()
                    .map(AuditSearch::item)
                    .toList();
        } catch (IOException | ElasticsearchException e) {
            LOG.warn("search is away: {}", e.toString());
            throw new Refused(new Refusal.SearchAway());
        }
    }

    private static SearchRequest request(Filter filter, @Nullable String q, @Nullable List<String> after, int limit) {
        SearchRequest.Builder request = new SearchRequest.Builder()
                .index(SearchIndex.ALIAS)
                .ignoreUnavailable(true)
                .allowNoIndices(true)
                .size(limit)
                .trackTotalHits(t -> t.enabled(false))
                .source(s -> s.filter(f -> f.includes("event.original")))
                .query(query -> query.bool(bool(filter, q)))
                .sort(s ->
                        s.field(f -> f.field("@timestamp").order(SortOrder.Desc).format(NANOS)))
                .sort(s -> s.field(f -> f.field("keyledger.chain.source").order(SortOrder.Desc)))
                .sort(s -> s.field(f -> f.field("event.sequence").order(SortOrder.Desc)));
        if (after != null) {
            try {
                request.searchAfter(
                        FieldValue.of(after.get(0)),
                        FieldValue.of(after.get(1)),
                        FieldValue.of(Long.parseLong(after.get(2))));
            } catch (NumberFormatException e) {
                throw Cursor.refused();
            }
        }
        return request.build();
    }

    private static BoolQuery bool(Filter filter, @Nullable String q) {
        BoolQuery.Builder bool = new BoolQuery.Builder();
        bool.filter(f -> f.term(t -> t.field("organization.id").value(filter.tenant())));
        if (filter.from() != null || filter.until() != null) {
            bool.filter(f -> f.range(r -> r.date(d -> {
                d.field("@timestamp");
                if (filter.from() != null) {
                    d.gte(RecordJson.time(filter.from()));
                }
                if (filter.until() != null) {
                    d.lt(RecordJson.time(filter.until()));
                }
                return d;
            })));
        }
        if (filter.type() != null) {
            bool.filter(f -> f.term(t -> t.field("event.action").value(filter.type())));
        }
        if (filter.keyId() != null) {
            bool.filter(f -> f.term(t -> t.field("keyledger.key.id").value(filter.keyId())));
        }
        if (filter.actor() != null) {
            bool.filter(f -> f.term(t -> t.field("keyledger.actor.id").value(filter.actor())));
        }
        if (filter.address() != null) {
            bool.filter(f -> f.term(t -> t.field("source.address").value(filter.address())));
        }
        if (filter.reason() != null) {
            bool.filter(f -> f.term(t -> t.field("event.reason").value(filter.reason())));
        }
        if (q == null) {
            return bool.build();
        }
        bool.must(m -> m.simpleQueryString(s -> s.query(q)
                .fields("keyledger.search")
                .defaultOperator(Operator.And)
                .flags(List.of(
                        SimpleQueryStringFlag.And,
                        SimpleQueryStringFlag.Or,
                        SimpleQueryStringFlag.Not,
                        SimpleQueryStringFlag.Phrase,
                        SimpleQueryStringFlag.Prefix,
                        SimpleQueryStringFlag.Precedence,
                        SimpleQueryStringFlag.Whitespace))));
        return bool.build();
    }

    private static Item item(Hit<JsonData> hit) {
        JsonData source = hit.source();
        if (source == null) {
            throw new IllegalStateException("a hit without a source");
        }
        String original = source.toJson().asJsonObject().getJsonObject("event").getString("original");
        byte[] bytes = original.getBytes(StandardCharsets.UTF_8);
        LoggedEvent event = LoggedEvent.read("search", 0, 0, bytes);
        return new Item(() -> bytes, EventQueries.sortKey(event.time(), event.source(), event.sequence()));
    }
}
