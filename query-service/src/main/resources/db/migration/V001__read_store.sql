-- Everything here is folded from the audit topics and can be thrown away: an empty checkpoint makes it again.
-- Names that are compared byte by byte have collation C, so that the order here is the order in Java.

-- How far each partition is folded: the next offset to read. Changes only by compare-and-set, in the transaction of the batch.
create table checkpoint (
    topic       text    not null,
    partition   integer not null,
    next_offset bigint  not null,
    primary key (topic, partition)
);

-- The last event folded of every single writer: what the next one has to follow.
create table source (
    source   text collate "C" primary key,
    sequence bigint not null,
    hash     text   not null
);

-- Every event, also of types that this version does not know, as the bytes that its writer made.
create table event (
    id       uuid        primary key,
    source   text collate "C" not null,
    sequence bigint      not null,
    time     timestamptz not null,
    tenant   text collate "C" not null,
    type     text collate "C" not null,
    key_id   text collate "C",
    bytes    bytea       not null
);
create index event_by_tenant on event (tenant, time desc, source desc, sequence desc);
create index event_by_type on event (tenant, type, time desc, source desc, sequence desc);
create index event_by_key on event (key_id, time, source, sequence) where key_id is not null;

create table key (
    key_id         text collate "C" primary key,
    tenant         text collate "C" not null,
    sequence       bigint      not null,
    name           text        not null,
    description    text,
    kind           text        not null,
    scope          text        not null,
    owner          text collate "C" not null,
    strict         boolean     not null,
    status         text        not null,
    created_at     timestamptz not null,
    created_by     text        not null,
    updated_at     timestamptz not null,
    expires_at     timestamptz,
    secret_since   timestamptz not null,
    ended_at       timestamptz,
    ended_by       text,
    end_reason     text,
    end_reason_code text,
    suspended_at   timestamptz,
    suspend_reason text,
    confirmed_at   timestamptz
);
create index key_by_tenant on key (tenant, key_id desc) where status <> 'DELETED';
create index key_by_owner on key (tenant, owner, key_id desc) where status <> 'DELETED';

create table credential (
    credential_id text collate "C" primary key,
    key_id        text collate "C" not null,
    created_at    timestamptz not null,
    valid_until   timestamptz,
    ended_at      timestamptz
);
create index credential_by_key on credential (key_id);

-- Exact totals; the subject is a key or a credential. last_event breaks ties of last_used_at, so that every order of
-- arrival ends in the same row.
create table use_total (
    subject       text collate "C" primary key,
    key_id        text collate "C" not null,
    tenant        text collate "C" not null,
    accepted      bigint not null,
    refused       bigint not null,
    last_used_at  timestamptz,
    last_used_ip  text,
    last_event    uuid
);
create index use_total_by_key on use_total (key_id);

-- Exact counts of one UTC day; key_id is empty for the whole tenant. The outcome is "accepted" or the reason of a refusal.
create table use_day (
    tenant  text collate "C" not null,
    key_id  text collate "C" not null,
    day     date   not null,
    outcome text collate "C" not null,
    count   bigint not null,
    primary key (tenant, key_id, day, outcome)
);

create table setting (
    tenant     text collate "C" not null,
    name       text collate "C" not null,
    value      text,
    changed_at timestamptz not null,
    primary key (tenant, name)
);

create table tenant (
    tenant     text collate "C" primary key,
    name       text        not null,
    preset     text        not null,
    created_at timestamptz not null
);
