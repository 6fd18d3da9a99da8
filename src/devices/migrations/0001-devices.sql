-- Lets an exclusion constraint hold a plain column (the device) beside a range (the time).
CREATE EXTENSION IF NOT EXISTS btree_gist;

CREATE TABLE device (
  id            text PRIMARY KEY CHECK (id ~ '^[A-Za-z0-9][A-Za-z0-9.-]{0,63}$'),
  name          text NOT NULL,
  profile       text NOT NULL,
  serial        text,
  simulated     boolean NOT NULL,
  registered_at bigint NOT NULL,
  revoked_at    bigint,
  -- A secret is made by machine with 256 bits of entropy, so a plain hash is enough and it can be an index.
  secret_sha256 bytea UNIQUE CHECK (length(secret_sha256) = 32),
  last_seen_at  bigint
);

CREATE TABLE device_association (
  id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  device  text NOT NULL REFERENCES device,
  patient text,
  place   text,
  from_at bigint NOT NULL,
  to_at   bigint,
  CHECK (to_at > from_at),
  CHECK (patient IS NOT NULL OR place IS NOT NULL),
  -- One patient (or place) at a time for each device; times are µs since 1970, half-open.
  CONSTRAINT one_at_a_time EXCLUDE USING gist (device WITH =, int8range(from_at, to_at) WITH &&)
);
CREATE INDEX device_association_patient ON device_association (patient) WHERE to_at IS NULL;
