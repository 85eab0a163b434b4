-- People: who may sign in, and what they are. Names and addresses stand here and nowhere else; events hold ids alone.
create table person (
    user_id        text        collate "C" primary key,
    tenant         text        not null,
    -- Null for those who sign in elsewhere and have no name of their own here.
    login          text,
    login_key      text,
    display_name   text        not null,
    email          text,
    origin         text        not null check (origin in ('local', 'oidc', 'support')),
    issuer         text,
    subject        text,
    -- The fold of the person's events, written with them.
    roles          text[]      not null,
    disabled       boolean     not null default false,
    access_ends_at timestamptz,
    access_ended   boolean     not null default false,
    created_at     timestamptz not null,
    last_login_at  timestamptz,
    -- When time will next change it.
    due_at         timestamptz,
    -- Whether personal tokens are left to be deleted, the access being over.
    tokens_due     boolean     not null default false,
    check ((issuer is null) = (subject is null)),
    check ((login is null) = (login_key is null))
);

create unique index person_login on person (tenant, login_key);
create unique index person_subject on person (tenant, issuer, subject);
create index person_of_tenant on person (tenant, user_id);
create index person_due on person (due_at) where due_at is not null;
create index person_tokens_due on person (user_id) where tokens_due;

-- A tenant's principal has neither; a person's has the roles, separated by commas, and the scope they come to.
alter table view_principal add column roles text, add column ceiling text;

-- What passwords are checked against; only transactions that take this role for a moment can read or write it.
set role keyledger_verifier;

create table verifier.password (
    user_id    text        primary key,
    hash       text        not null,
    changed_at timestamptz not null
);

reset role;
