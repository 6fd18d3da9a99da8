-- When the oldest of a block was stored; 0: unknown, from before this column. With stored_until it tells a client that
-- asks for what came since its last visit which few blocks to open. BRIN, as it costs a write nothing.
ALTER TABLE telemetry_block ADD COLUMN stored_from bigint NOT NULL DEFAULT 0;
ALTER TABLE telemetry_wave_block ADD COLUMN stored_from bigint NOT NULL DEFAULT 0;
CREATE INDEX telemetry_block_stored ON telemetry_block
  USING brin (stored_until) WITH (pages_per_range = 16, autosummarize = on);
CREATE INDEX telemetry_wave_block_stored ON telemetry_wave_block
  USING brin (stored_until) WITH (pages_per_range = 16, autosummarize = on);
