-- How far the view topics are known to hold no record that was written late, by partition.
create table view_repair (
    topic       text   not null,
    partition   int    not null,
    next_offset bigint not null,
    primary key (topic, partition)
);
