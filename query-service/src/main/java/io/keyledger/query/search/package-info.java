/** Full-text search over the audit, in Elasticsearch. */
@NullMarked
package io.keyledger.query.search;

import org.jspecify.annotations.NullMarked;
