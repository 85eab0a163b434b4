-- What a key may be used for beyond its scope, canonical JSON; null = all of that.
alter table key add column usage_policy text;
alter table view_credential add column policy text;

-- Where the tenant's personal tokens may be used from, comma-separated; null = from anywhere.
alter table view_principal add column token_addresses text, add column token_countries text;
