-- How long each class of telemetry is kept, as administrators set it; the newest row of a class holds, none: the default.
CREATE TABLE telemetry_retention (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  class text NOT NULL,
  -- NULL: for ever.
  days int CHECK (days BETWEEN 1 AND 36500),
  changed_at bigint NOT NULL,
  changed_by text NOT NULL
);
CREATE INDEX telemetry_retention_class ON telemetry_retention (class, id DESC);

-- What a court, an inquiry or a person asked to keep: neither retention nor erasure touches it until it is lifted.
CREATE TABLE telemetry_hold (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  patient text NOT NULL,
  -- Measured, half-open, in µs since 1970; NULL: without an end on that side.
  from_at bigint,
  to_at bigint,
  reason text NOT NULL,
  placed_at bigint NOT NULL,
  placed_by text NOT NULL,
  lifted_at bigint,
  lifted_by text,
  lift_reason text,
  CHECK (from_at IS NULL OR to_at IS NULL OR to_at > from_at),
  CHECK ((lifted_at IS NULL) = (lifted_by IS NULL))
);
CREATE INDEX telemetry_hold_standing ON telemetry_hold (patient) WHERE lifted_at IS NULL;

-- What was deleted: one row per series, kind, reason and day of deletion, so that it stays small. Names a series by its
-- number only: of an erased patient nothing can be told from it.
CREATE TABLE telemetry_deletion (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  series int NOT NULL,
  -- 0 samples, 1 waveforms, 2 roll-ups
  kind smallint NOT NULL,
  why text NOT NULL CHECK (why IN ('retention', 'erasure')),
  day bigint NOT NULL,
  from_at bigint NOT NULL,
  to_at bigint NOT NULL,
  blocks bigint NOT NULL,
  readings bigint NOT NULL,
  bytes bigint NOT NULL,
  deleted_at bigint NOT NULL,
  UNIQUE (series, kind, why, day)
);
CREATE INDEX telemetry_deletion_newest ON telemetry_deletion (deleted_at DESC);

-- Erasures ordered: with `running`, the series that are gone but may still have rows.
CREATE TABLE telemetry_erasure (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  patient text NOT NULL,
  reason text NOT NULL,
  asked_at bigint NOT NULL,
  asked_by text NOT NULL,
  -- NULL: rewrite the tables' files where they are small.
  rewrite boolean,
  series int[] NOT NULL,
  state text NOT NULL DEFAULT 'running' CHECK (state IN ('running', 'done')),
  readings bigint NOT NULL DEFAULT 0,
  files text CHECK (files IN ('rewritten', 'vacuumed')),
  done_at bigint,
  CHECK ((state = 'done') = (done_at IS NOT NULL))
);
CREATE UNIQUE INDEX telemetry_erasure_running ON telemetry_erasure (patient) WHERE state = 'running';

-- How far the import of an export into a patient has come.
CREATE TABLE telemetry_import (
  export text NOT NULL,
  patient text NOT NULL,
  -- Lines that are durable; an import that begins again skips them.
  lines bigint NOT NULL,
  readings bigint NOT NULL,
  imported_at bigint NOT NULL,
  imported_by text NOT NULL,
  done boolean NOT NULL DEFAULT false,
  PRIMARY KEY (export, patient)
);
