-- Where people have signed in from: kept beside them and not in the log, for a time, and gone when they are erased.
create table sign_in (
    sign_in_id text        collate "C" primary key,
    user_id    text        collate "C" not null,
    tenant     text        not null,
    method     text        not null,
    at         timestamptz not null,
    ip         text,
    user_agent text
);
create index sign_in_of_person on sign_in (user_id, at);
create index sign_in_age on sign_in (at);

alter table person add column erased_at timestamptz;

-- Answers that are kept for repeats and show a person: found by whom they show, when that one is erased.
create index idempotency_of_person on idempotency ((result::jsonb -> 'body' ->> 'userId'))
    where result like '%"userId":"usr_%';
