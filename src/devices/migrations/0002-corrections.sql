-- Where an association was changed for a time that had passed: whose the device was thought to be in [from_at, to_at),
-- and whose it is said to have been. Written with the associations themselves; `moved` once telemetry has given the
-- readings of that time to the other, and asked again until then.
CREATE TABLE device_correction (
  id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  device         text NOT NULL REFERENCES device,
  patient_before text,
  patient_after  text,
  from_at        bigint NOT NULL,
  to_at          bigint NOT NULL,
  actor          text NOT NULL,
  reason         text NOT NULL,
  noted_at       bigint NOT NULL,
  moved          boolean NOT NULL DEFAULT false,
  CHECK (to_at > from_at),
  CHECK (patient_before IS DISTINCT FROM patient_after)
);
CREATE INDEX device_correction_device ON device_correction (device, id);
CREATE INDEX device_correction_waiting ON device_correction (id) WHERE NOT moved;
