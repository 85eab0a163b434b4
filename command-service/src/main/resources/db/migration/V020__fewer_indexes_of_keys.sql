-- What a key holds while it can be used (its name, its slot) is indexed only as long as it holds it: an end writes two
-- indexes instead of six.
drop index key_name_of_owner;
drop index key_names;
drop index key_slot;
drop index key_of_tenant;

-- Also finds the names of a tenant, for the policy that asks for names unique in the whole tenant, and its live keys.
create unique index key_name_of_owner on key (tenant, unique_name, owner) where unique_name is not null;
create unique index key_slot on key (tenant, owner, slot) where slot is not null;
