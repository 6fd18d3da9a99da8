-- Times are µs since 1970 (kernel/time.ts). Keys begin with the patient, the column a cluster would shard by.

-- One row per alarm, current and past.
CREATE TABLE alarm (
  patient text NOT NULL,
  id uuid NOT NULL,
  device text,
  metric text,
  rule text NOT NULL,
  title text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('physiological', 'technical')),
  priority text NOT NULL CHECK (priority IN ('high', 'medium', 'low')),
  state text NOT NULL CHECK (state IN ('active', 'latched', 'cleared')),
  acknowledged_by text,
  acknowledged_at bigint,
  raised_at bigint NOT NULL,
  cleared_at bigint,
  value double precision,
  limit_value double precision,
  text text NOT NULL,
  inhibited_by uuid,
  -- Measured time of the sample that last changed it: where judging goes on after a restart.
  judged_at bigint NOT NULL,
  -- Counts its changes; a change is written once.
  version int NOT NULL,
  PRIMARY KEY (patient, id),
  CHECK ((state = 'cleared') = (cleared_at IS NOT NULL)),
  CHECK ((acknowledged_by IS NULL) = (acknowledged_at IS NULL))
);
CREATE INDEX alarm_id ON alarm (id);
CREATE INDEX alarm_by_time ON alarm (raised_at DESC);
CREATE INDEX alarm_of_patient_by_time ON alarm (patient, raised_at DESC);
-- At most one alarm that is not over, for each condition.
CREATE UNIQUE INDEX alarm_current ON alarm (patient, rule, coalesce(device, ''), coalesce(metric, ''))
  WHERE state <> 'cleared';

-- What happened to each alarm, by whom and when; append-only.
CREATE TABLE alarm_event (
  patient text NOT NULL,
  alarm uuid NOT NULL,
  version int NOT NULL,
  at bigint NOT NULL,
  event text NOT NULL CHECK (event IN
    ('raised', 'recurred', 'latched', 'cleared', 'acknowledged', 'inhibited', 'uninhibited', 'ended')),
  -- A reference such as Practitioner/…; null: the system.
  actor text,
  PRIMARY KEY (patient, alarm, version)
);
CREATE FUNCTION alarm_event_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'alarm_event is append-only'; END $$;
CREATE TRIGGER alarm_event_is_append_only BEFORE UPDATE OR DELETE ON alarm_event
  FOR EACH ROW EXECUTE FUNCTION alarm_event_is_append_only();

-- How one patient is watched, where it differs from the rules' defaults.
CREATE TABLE patient_monitoring (
  patient text PRIMARY KEY,
  limits jsonb NOT NULL,
  spo2_scale smallint NOT NULL CHECK (spo2_scale IN (1, 2)),
  version int NOT NULL
);
CREATE TABLE patient_monitoring_change (
  patient text NOT NULL,
  version int NOT NULL,
  at bigint NOT NULL,
  actor text NOT NULL,
  reason text,
  limits jsonb NOT NULL,
  spo2_scale smallint NOT NULL,
  PRIMARY KEY (patient, version)
);
