CREATE TABLE quarantine (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  device      text,              -- null: from no known device
  received_at bigint NOT NULL,   -- µs since 1970
  protocol    text NOT NULL,
  code        text NOT NULL,
  reason      text NOT NULL,
  bytes       bytea NOT NULL CHECK (length(bytes) <= 65536),
  size        bigint NOT NULL,
  sha256      bytea NOT NULL
);
CREATE INDEX quarantine_device ON quarantine (device, id DESC);

-- What was refused and not kept, so that nothing is silent. '' stands for no known device.
CREATE TABLE quarantine_left_out (
  device text PRIMARY KEY,
  count  bigint NOT NULL
);
