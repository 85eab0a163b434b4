-- What secrets are checked against. Only transactions that take this role for a moment can read or write it.
set role keyledger_verifier;

create table verifier.verifier (
    credential_id text primary key,
    key_id        text not null,
    pepper        text not null,
    verifier      bytea not null check (octet_length(verifier) = 32)
);

reset role;
