-- A device has one secret, and for a while the one before it. Made by machine with 256 bits of entropy, so a plain hash
-- is enough, and it can be the key.
CREATE TABLE device_secret (
  sha256       bytea PRIMARY KEY CHECK (length(sha256) = 32),
  device       text NOT NULL REFERENCES device,
  issued_at    bigint NOT NULL,
  -- Of the one before: until then, or until the newer one is used.
  valid_until  bigint,
  last_used_at bigint
);
CREATE INDEX device_secret_device ON device_secret (device);
INSERT INTO device_secret (sha256, device, issued_at)
  SELECT secret_sha256, id, registered_at FROM device WHERE secret_sha256 IS NOT NULL;
ALTER TABLE device DROP COLUMN secret_sha256;
