-- How many accepted requests of the tenant an event tells of, as edges know it; null = one.
alter table view_principal add column activity_granularity text;
