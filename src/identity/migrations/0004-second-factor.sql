-- One authenticator app a person. The secret is sealed with the key in VITALWIRE_HOME: who reads the database or a
-- backup of it cannot make codes.
CREATE TABLE person_totp (
  person_id     text PRIMARY KEY REFERENCES person (id) ON DELETE CASCADE,
  sealed_secret text NOT NULL,
  begun_at      timestamptz NOT NULL,
  -- Null: shown, but no code of it was given yet; then it is not asked for.
  confirmed_at  timestamptz,
  -- The time step of the last code that was taken: that code and older ones are spent.
  last_step     bigint NOT NULL DEFAULT 0
);

-- A code is random and long, so a plain SHA-256 of it is enough. One that was used is gone.
CREATE TABLE recovery_code (
  person_id   text NOT NULL REFERENCES person (id) ON DELETE CASCADE,
  code_sha256 text NOT NULL,
  PRIMARY KEY (person_id, code_sha256)
);
