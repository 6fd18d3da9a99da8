-- Roll-ups (rollups/): made of an hour's block when the hour is over. `payload` as in codec/rollup-block.ts.
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

-- Whether the block's roll-ups say what it says. Whoever writes a block writes false, so that no reader takes roll-ups that
-- are older than their block; it becomes true with the roll-ups, in one transaction.
ALTER TABLE telemetry_block ADD COLUMN rolled boolean NOT NULL DEFAULT false;
CREATE INDEX telemetry_block_unrolled ON telemetry_block (series, period_start) WHERE NOT rolled;
