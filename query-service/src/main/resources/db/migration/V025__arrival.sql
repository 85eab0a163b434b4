-- Where in the log each event lies, by tenant: what is pulled in the order of the log goes by it. Beside the events, whose
-- rows are the same however the log arrives. Filled by the fold from 6 on, which makes an older store again.
-- place: the partition; of the activity topic plus 1000.
create table arrival (
    tenant     text collate "C" not null,
    place      smallint         not null,
    log_offset bigint           not null,
    id         uuid             not null,
    primary key (tenant, place, log_offset)
);
