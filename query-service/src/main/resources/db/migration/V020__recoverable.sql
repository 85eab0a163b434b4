-- Whether the present secret of a key is kept, so that it can be shown again; nothing of the secret is here.
alter table key add column recoverable boolean not null default false;
