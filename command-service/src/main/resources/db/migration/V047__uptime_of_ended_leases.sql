-- How long an edge has been without a lease is measured by the machine's uptime, which nobody can set; ended_at is for people.
-- harmless: has been without a lease for so long that it accepts nothing, until it is granted one again.
ALTER TABLE edge
    DROP CONSTRAINT edge_standing_check,
    ADD CONSTRAINT edge_standing_check CHECK (standing IN ('live', 'ended', 'harmless', 'stopped', 'retired')),
    ADD COLUMN ended_machine uuid,
    -- Milliseconds since that start of that machine, when the end was noticed.
    ADD COLUMN ended_uptime bigint,
    ADD CHECK ((ended_machine IS NULL) = (ended_uptime IS NULL)),
    ADD CHECK (ended_machine IS NULL OR standing = 'ended');
