-- The secrets of recoverable keys, encrypted with keys that no database holds. Only transactions that take this role for a moment
-- can read or write them.
set role keyledger_vault;

create table vault.secret (
    credential_id text  collate "C" primary key,
    key_id        text  collate "C" not null,
    tenant        text  not null,
    -- Id of the key-encryption key; the secret's own data key lies in sealed, encrypted with it.
    kek           text  collate "C" not null,
    sealed        bytea not null
);
create index secret_kek on vault.secret (kek, credential_id);

reset role;
