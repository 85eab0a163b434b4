-- Role and schema of the secrets of recoverable keys, run once by the superuser after postgresql.sql. command-service has none of
-- them by itself: inside a transaction that needs one it says SET LOCAL ROLE keyledger_vault.
CREATE ROLE keyledger_vault NOLOGIN;
GRANT keyledger_vault TO keyledger_command WITH INHERIT FALSE, SET TRUE;
CREATE SCHEMA vault AUTHORIZATION keyledger_vault;
