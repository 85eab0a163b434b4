-- Roles and schemas of the platform, run once by the superuser in the empty database keyledger.
-- psql's variables; the launcher puts the same in: :'command_password', :'query_password'.

-- command-service. It holds no verifier by itself: inside a transaction that needs one it says SET LOCAL ROLE keyledger_verifier.
CREATE ROLE keyledger_command LOGIN NOINHERIT PASSWORD :'command_password';
-- No commit is later than this, so the sealer may believe that an older gap in the event store stays one.
ALTER ROLE keyledger_command SET transaction_timeout = '10s';
CREATE ROLE keyledger_verifier NOLOGIN;
GRANT keyledger_verifier TO keyledger_command WITH INHERIT FALSE, SET TRUE;

-- query-service: the read store, nothing else.
CREATE ROLE keyledger_query LOGIN PASSWORD :'query_password';

REVOKE ALL ON DATABASE keyledger FROM PUBLIC;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE keyledger TO keyledger_command, keyledger_query;

CREATE SCHEMA command AUTHORIZATION keyledger_command;
CREATE SCHEMA verifier AUTHORIZATION keyledger_verifier;
CREATE SCHEMA query AUTHORIZATION keyledger_query;

ALTER ROLE keyledger_command IN DATABASE keyledger SET search_path = command;
ALTER ROLE keyledger_query IN DATABASE keyledger SET search_path = query;

-- The search over keys takes an index of three-character runs; its extension is PostgreSQL's own.
CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA query;
