-- Roll-ups (rollups/): made with the blocks, in the same transaction. `payload` as in codec/rollup-block.ts.
-- Hours: one row per series and day. Minutes: one row per series and hour, only where an hour holds so many readings
-- that reading them all would cost more.
CREATE TABLE telemetry_rollup_hour (
  series int NOT NULL,
  period_start bigint NOT NULL,
  payload bytea STORAGE EXTERNAL NOT NULL,
  PRIMARY KEY (series, period_start)
) WITH (toast_tuple_target = 8160, fillfactor = 80);

CREATE TABLE telemetry_rollup_minute (
  series int NOT NULL,
  period_start bigint NOT NULL,
  payload bytea STORAGE EXTERNAL NOT NULL,
  PRIMARY KEY (series, period_start)
) WITH (toast_tuple_target = 8160, fillfactor = 80);
