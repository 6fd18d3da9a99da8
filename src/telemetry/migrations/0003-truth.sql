-- What people said about readings after they were stored: who, when, why, and of which. `running` until every reading it
-- is about has its new version; what is found running at start is gone through again, which changes nothing twice.
CREATE TABLE telemetry_change (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- Whoever orders a change and may order it again gives it a name of theirs, so that it is one.
  key text UNIQUE,
  kind text NOT NULL CHECK (kind IN ('entered-in-error', 'reattribution')),
  state text NOT NULL DEFAULT 'running' CHECK (state IN ('running', 'done')),
  -- Absent: of every device, every metric.
  device text,
  metric text,
  from_patient text,
  to_patient text,
  -- Measured, half-open, in µs since 1970.
  from_at bigint NOT NULL,
  to_at bigint NOT NULL,
  actor text NOT NULL,
  reason text NOT NULL,
  asked_at bigint NOT NULL,
  done_at bigint,
  readings bigint NOT NULL DEFAULT 0,
  CHECK (to_at > from_at),
  CHECK ((state = 'done') = (done_at IS NOT NULL))
);
CREATE INDEX telemetry_change_from ON telemetry_change (from_patient, asked_at);
CREATE INDEX telemetry_change_to ON telemetry_change (to_patient, asked_at);
CREATE INDEX telemetry_change_running ON telemetry_change (id) WHERE state = 'running';
