-- When an event has its place in a history: its own time, or that of an event before it in its source, if that is later. So
-- the order of a history never contradicts the order of a source, which can be proved, whatever clocks did.
-- The store is made again by a higher fold: the defaults stand for nothing but rows that go.
alter table source add column ordered_at timestamptz not null default '-infinity';
alter table source alter column ordered_at drop default;
alter table event add column ordered_at timestamptz not null default '-infinity';
alter table event alter column ordered_at drop default;

-- Two narrow ones in place of a wide one: what is alike in time is sorted when it is read.
drop index event_by_key;
create index event_by_key on event (key_id, time) where key_id is not null;
create index event_by_key_order on event (key_id, ordered_at) where key_id is not null;

-- Also the deleted ones: for lists of a day on which they were not.
create index key_ever_by_tenant on key (tenant, key_id desc);
