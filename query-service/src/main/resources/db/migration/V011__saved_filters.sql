-- What people keep of the console's lists. Theirs, and not folded from the log: a rebuild leaves it alone.
create table console_filter (
    id      uuid primary key,
    tenant  text collate "C" not null,
    person  text collate "C" not null,
    page    text not null,
    name    text not null,
    -- The query string of the list, as the list itself has written it.
    query   text not null,
    unique (tenant, person, page, name)
);
