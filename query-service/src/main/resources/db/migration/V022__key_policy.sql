-- What a key may be used for beyond its scope, as its last event says it; null = all of that.
alter table key add column policy jsonb;
-- Whether it has limits, conditions, and conditions of where: what lists are filtered by.
alter table key add column limited boolean not null generated always as
    (coalesce(policy ?| array['rates', 'quotas'], false)) stored;
alter table key add column conditional boolean not null generated always as
    (coalesce(policy ?| array['permissions', 'routes', 'addresses', 'countries', 'hours', 'notBefore'], false)) stored;
alter table key add column placed boolean not null generated always as
    (coalesce(policy ?| array['addresses', 'countries'], false)) stored;
-- Of each of the three either answer may be the rare one.
create index key_by_limited on key (tenant, limited, created_at, key_id) where status <> 'DELETED';
create index key_by_conditional on key (tenant, conditional, created_at, key_id) where status <> 'DELETED';
create index key_by_placed on key (tenant, placed, created_at, key_id) where status <> 'DELETED';
