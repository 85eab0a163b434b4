-- What the console's lists, plots and warnings read. All of it is folded from the log, too; the new column of the checkpoint
-- says by which fold, so that a store made by an older program is made again, and an older program writes nothing here.

alter table checkpoint add column fold integer not null default 1;
alter table checkpoint alter column fold drop default;

-- Lists: one index an order, each total by the key's id.

alter table key add column search text not null generated always as
    (lower((name || E'\n' || key_id || E'\n' || owner) collate pg_c_utf8)) stored;

-- The extension comes from whoever made this database: infra/standalone/.../postgresql.sql.
create index key_by_search on key using gin (search gin_trgm_ops) where status <> 'DELETED';
create index key_by_created on key (tenant, created_at, key_id) where status <> 'DELETED';
create index key_by_name on key (tenant, (lower(name collate pg_c_utf8) collate "C"), key_id) where status <> 'DELETED';
create index key_by_expiry on key (tenant, (coalesce(expires_at, 'infinity')), key_id) where status <> 'DELETED';
create index key_by_status on key (tenant, status, created_at, key_id) where status <> 'DELETED';
create index key_by_scope on key (tenant, scope, status, created_at, key_id) where status <> 'DELETED';
create index key_live_by_expiry on key (tenant, (coalesce(expires_at, 'infinity'))) where status in ('ACTIVE', 'SUSPENDED');
create index key_by_secret on key (tenant, scope, secret_since) where status in ('ACTIVE', 'SUSPENDED');

-- Exact totals of keys and of credentials. Apart from each other: a list of keys in the order of their use reads an index of one
-- row a key. Every key has a row from its creation on. last_event breaks ties of last_used_at.
drop table use_total;
create table key_use (
    key_id       text collate "C" primary key,
    tenant       text collate "C" not null,
    accepted     bigint not null,
    refused      bigint not null,
    last_used_at timestamptz,
    last_used_ip text,
    last_event   uuid
);
create index key_use_by_requests on key_use (tenant, accepted, key_id);
create index key_use_by_last_use on key_use (tenant, (coalesce(last_used_at, '-infinity')), key_id);
create table credential_use (
    credential_id text collate "C" primary key,
    key_id        text collate "C" not null,
    tenant        text collate "C" not null,
    accepted      bigint not null,
    refused       bigint not null,
    last_used_at  timestamptz,
    last_used_ip  text,
    last_event    uuid
);
create index credential_use_by_key on credential_use (key_id);

-- How many keys there are of each sort.
create table key_count (
    tenant text collate "C" not null,
    status text collate "C" not null,
    scope  text collate "C" not null,
    kind   text collate "C" not null,
    count  bigint not null,
    primary key (tenant, status, scope, kind)
);

-- The same counts by hour of the day.
alter table use_day add column hours bigint[] not null default array_fill(0::bigint, array[24]);
alter table use_day alter column hours drop default;
create index use_day_by_count on use_day (tenant, day, count) where outcome = 'accepted' and key_id <> '';

-- Exact counts of one UTC day by what was asked for and by who asked, of a key or (empty) of the whole tenant. The number of rows
-- a key and day is bounded; what is beyond stands together under the empty name.
create table use_endpoint_day (
    tenant   text collate "C" not null,
    key_id   text collate "C" not null,
    day      date   not null,
    name     text collate "C" not null,
    accepted bigint not null,
    refused  bigint not null,
    primary key (tenant, key_id, day, name)
);
create table use_address_day (
    tenant   text collate "C" not null,
    key_id   text collate "C" not null,
    day      date   not null,
    name     text collate "C" not null,
    accepted bigint not null,
    refused  bigint not null,
    primary key (tenant, key_id, day, name)
);

-- Who used a key last, by credential, address and program: the newest of them, a bounded number a key.
create table caller (
    key_id        text collate "C" not null,
    credential_id text collate "C" not null,
    address       text collate "C" not null,
    agent         text collate "C" not null,
    endpoint      text        not null,
    last_at       timestamptz not null,
    last_event    uuid        not null,
    primary key (key_id, credential_id, address, agent)
);

-- The lifecycle of a key among its many uses.
create index event_by_key_lifecycle on event (key_id, time, source, sequence)
    where key_id is not null and type not in ('key.used', 'auth.failed');
