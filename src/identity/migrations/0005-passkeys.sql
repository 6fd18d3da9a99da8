-- A passkey is a public key: who reads this table cannot sign in with it.
CREATE TABLE passkey (
  id           text PRIMARY KEY,
  person_id    text NOT NULL REFERENCES person (id) ON DELETE CASCADE,
  name         text NOT NULL,
  public_key   text NOT NULL,
  -- Signatures so far, where the authenticator counts; one that counts backwards was copied.
  counter      bigint NOT NULL,
  transports   text[] NOT NULL,
  -- Kept in an account in some cloud, and so on several devices.
  synced       boolean NOT NULL,
  created_at   timestamptz NOT NULL,
  last_used_at timestamptz
);
CREATE INDEX passkey_person ON passkey (person_id);

-- What a passkey is asked to sign: one for each sign-in, session or person at a time, taken once.
CREATE TABLE passkey_challenge (
  purpose          text NOT NULL,
  subject          text NOT NULL,
  challenge_sha256 text NOT NULL,
  expires_at       timestamptz NOT NULL,
  PRIMARY KEY (purpose, subject)
);
