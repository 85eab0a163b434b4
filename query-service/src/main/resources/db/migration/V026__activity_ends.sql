-- Events come about in the order of their time: a few pages tell where the old ones lie.
create index event_by_age on event using brin (time);
