-- Every edge that may ever have been granted a lease, by its last boot. A row is written before the grant.
CREATE TABLE edge (
    edge     text    COLLATE "C" PRIMARY KEY,
    boot     text    NOT NULL,
    -- live: a lease may be running. ended: the last one was over at ended_at. stopped, retired: accepts nothing any more.
    standing text    NOT NULL CHECK (standing IN ('live', 'ended', 'stopped', 'retired')),
    ended_at timestamptz,
    CHECK ((standing = 'ended') = (ended_at IS NOT NULL))
);

-- How far the acknowledgements of edges are read; saved after the rows they caused.
CREATE TABLE edge_feed (
    partition   integer PRIMARY KEY,
    next_offset bigint  NOT NULL
);
