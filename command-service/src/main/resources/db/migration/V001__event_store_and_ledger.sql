-- The event store: what was decided, in the order of each aggregate. Only ever appended to.
CREATE TABLE domain_event (
    -- Never a larger cache: the sealer takes a hole in this column for a transaction that is still open.
    global_index     bigint      GENERATED ALWAYS AS IDENTITY (CACHE 1) PRIMARY KEY,
    aggregate_id     text        COLLATE "C" NOT NULL,
    sequence         bigint      NOT NULL CHECK (sequence >= 0),
    event_id         text        NOT NULL,
    aggregate_type   text,
    time             timestamptz NOT NULL,
    payload_type     text        NOT NULL,
    payload_revision text,
    payload          jsonb       NOT NULL,
    metadata         jsonb       NOT NULL,
    UNIQUE (aggregate_id, sequence)
);

-- How far a reader of the event store has come, and which process reads.
CREATE TABLE token (
    processor  text    NOT NULL,
    segment    integer NOT NULL,
    token      text,
    token_type text,
    time       text,
    owner      text,
    PRIMARY KEY (processor, segment)
);

-- Every event as its public bytes, made once: numbered without a hole, chained per source. Only ever appended to.
-- index is the leaf index and hash the leaf hash of an RFC 6962 tree over the whole table.
CREATE TABLE ledger (
    index         bigint PRIMARY KEY CHECK (index >= 0),
    source        text   COLLATE "C" NOT NULL,
    sequence      bigint NOT NULL CHECK (sequence > 0),
    event_id      uuid   NOT NULL UNIQUE,
    type          text   NOT NULL,
    tenant        text   NOT NULL,
    partition_key text   NOT NULL,
    hash          bytea  NOT NULL CHECK (octet_length(hash) = 32),
    bytes         bytea  NOT NULL,
    UNIQUE (source, sequence)
);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is only ever appended to', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON domain_event
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- How far the ledger is on Kafka: everything before next_index is acknowledged.
CREATE TABLE publisher (
    name       text   PRIMARY KEY,
    next_index bigint NOT NULL
);
INSERT INTO publisher (name, next_index) VALUES ('kafka', 0);

-- What edges have to know of each credential as of the end of the ledger, without its verifier.
CREATE TABLE view_credential (
    credential_id text        COLLATE "C" PRIMARY KEY,
    key_id        text        COLLATE "C" NOT NULL,
    tenant        text        NOT NULL,
    revision      bigint      NOT NULL,
    state         text        NOT NULL,
    kind          text        NOT NULL,
    scope         text        NOT NULL,
    owner         text        NOT NULL,
    key_name      text        NOT NULL,
    strict        boolean     NOT NULL,
    not_after     timestamptz,
    expires_at    timestamptz
);
CREATE INDEX view_credential_key ON view_credential (key_id);

-- What edges have to know of each tenant as of the end of the ledger.
CREATE TABLE view_principal (
    id       text    COLLATE "C" PRIMARY KEY,
    tenant   text    NOT NULL,
    revision bigint  NOT NULL,
    enabled  boolean NOT NULL
);

-- Ends and suspensions of keys that are sealed, and no revocation.confirmed names them yet.
CREATE TABLE unconfirmed (
    event_id     uuid        PRIMARY KEY,
    key_id       text        NOT NULL,
    ledger_index bigint      NOT NULL,
    strict       boolean     NOT NULL,
    time         timestamptz NOT NULL
);
