-- What each process must not show and only it was given, sealed under SECRET_KEY, so that all of
-- them can take it out of what they show. The fingerprint is keyed too: it tells nothing.
create table held_secrets (
  fingerprint text primary key check (fingerprint ~ '^[0-9a-f]{64}$'),
  name text not null,
  sealed bytea not null,
  seen_at timestamptz not null default now()
);
