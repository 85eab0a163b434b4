-- Tenants and what they ask of their keys: the fold of their events, written with them.
create table tenant (
    tenant     text primary key,
    name       text not null,
    preset     text not null,
    policy     jsonb not null,
    created_at timestamptz not null
);

-- One row a key: the fold of its events, written in the same transaction. It holds what must be unique.
create table key (
    key_id              text primary key,
    tenant              text not null,
    owner               text not null,
    name                text not null,
    kind                text not null,
    scope               text not null,
    status              text not null,
    strict              boolean not null,
    expires_at          timestamptz,
    current_credential  text not null,
    previous_credential text,
    previous_until      timestamptz,
    created_at          timestamptz not null,
    -- A key that can still be used holds its name and one of its owner's slots 1..limit; an ended one holds neither.
    -- Slots make the limit a matter of uniqueness: parallel creates take different ones and never wait for each other.
    unique_name         text,
    tenant_wide         boolean not null default false,
    slot                integer,
    -- When time will next change it.
    due_at              timestamptz
);

create unique index key_name_of_owner on key (tenant, owner, unique_name);
create unique index key_name_of_tenant on key (tenant, unique_name) where tenant_wide;
create unique index key_slot on key (tenant, owner, slot);
create unique index key_current on key (current_credential);
create index key_previous on key (previous_credential) where previous_credential is not null;
create index key_due on key (due_at) where due_at is not null;
create index key_of_tenant on key (tenant, key_id);

-- The names of a tenant by themselves, for the policy that asks for names unique in the whole tenant.
create index key_names on key (tenant, unique_name) where unique_name is not null;

-- Commands that came with an Idempotency-Key. Neither the header nor the body is kept, only their hashes.
create table idempotency (
    tenant      text not null,
    caller      text not null,
    key_hash    text not null,
    fingerprint text not null,
    -- What the command came to, without any secret; the answer once it was given.
    result      text not null,
    answer      text,
    created_at  timestamptz not null,
    primary key (tenant, caller, key_hash)
);

create index idempotency_age on idempotency (created_at);
