-- Every certificate that devices' own authority issued; times are µs since 1970. None is ever deleted: what was once
-- let in must be known when somebody asks.
CREATE TABLE device_certificate (
  serial             text PRIMARY KEY CHECK (serial ~ '^01[0-9a-f]{32}$'),
  device             text NOT NULL REFERENCES device,
  fingerprint_sha256 bytea NOT NULL UNIQUE CHECK (length(fingerprint_sha256) = 32),
  not_before         bigint NOT NULL,
  not_after          bigint NOT NULL CHECK (not_after > not_before),
  obtained_by        text NOT NULL CHECK (obtained_by IN ('code', 'renewal')),
  revoked_at         bigint,
  revoked_reason     text,
  revoked_note       text,
  revoked_by         text,
  -- Somebody was told that it ends soon; that it ended.
  end_told_at        bigint,
  ended_told_at      bigint,
  CHECK ((revoked_at IS NULL) = (revoked_reason IS NULL))
);
CREATE INDEX device_certificate_device ON device_certificate (device);

-- At most one open code for a device; using it takes the row away.
CREATE TABLE device_enrolment_code (
  device      text PRIMARY KEY REFERENCES device,
  code_sha256 bytea NOT NULL CHECK (length(code_sha256) = 32),
  made_at     bigint NOT NULL,
  ends_at     bigint NOT NULL CHECK (ends_at > made_at),
  made_by     text NOT NULL
);
