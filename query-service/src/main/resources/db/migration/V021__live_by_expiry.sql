-- Of live keys that time has ended and whose event has not come: read from the index alone, however many keys there are.
drop index key_live_by_expiry;
create index key_live_by_expiry on key (tenant, (coalesce(expires_at, 'infinity'))) include (expires_at, status, scope, kind)
    where status in ('ACTIVE', 'SUSPENDED');
