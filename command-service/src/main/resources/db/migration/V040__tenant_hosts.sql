-- A host name leads to one tenant.
create unique index tenant_by_host on tenant ((policy ->> 'tenant.host'));
