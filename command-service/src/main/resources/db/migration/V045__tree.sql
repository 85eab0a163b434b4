-- The ledger as an RFC 6962 tree. Of its nodes only those over 256, 65,536 and so on leaves are kept: one row for 256 events.
create table tree_node (
    level int    not null check (level > 0 and level % 8 = 0),
    index bigint not null check (index >= 0),
    hash  bytea  not null check (octet_length(hash) = 32),
    primary key (level, index)
);

-- How many leaves the nodes cover, and which checkpoints are on Kafka.
create table tree (
    only_row  boolean primary key default true check (only_row),
    size      bigint  not null,
    published bigint  not null
);
insert into tree (size, published) values (0, 0);

-- Every checkpoint that was signed, in the order of signing.
create table checkpoint (
    number    bigint      generated always as identity primary key,
    size      bigint      not null check (size > 0),
    root      bytea       not null check (octet_length(root) = 32),
    note      text        not null,
    signed_at timestamptz not null
);

create trigger append_only before update or delete or truncate on tree_node
    for each statement execute function refuse_change();
create trigger append_only before update or delete or truncate on checkpoint
    for each statement execute function refuse_change();

-- How far each partition of the activity topic is sealed into the ledger, and by how many events of its source.
create table usage_seal (
    topic       text   not null,
    partition   int    not null,
    next_offset bigint not null,
    sequence    bigint not null,
    primary key (topic, partition)
);

-- The batches that were sealed, and which events of which lane lie in each: so is the batch of a use found.
create table usage_batch (
    topic        text   not null,
    partition    int    not null,
    first_offset bigint not null,
    last_offset  bigint not null,
    event_id     uuid   not null,
    primary key (topic, partition, first_offset)
);
create table usage_lane (
    source         text   collate "C" not null,
    last_sequence  bigint not null,
    first_sequence bigint not null,
    topic          text   not null,
    partition      int    not null,
    first_offset   bigint not null,
    primary key (source, last_sequence, partition, first_offset)
);
