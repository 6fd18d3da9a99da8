-- Who stands for a patient: guardians of minors, proxies of adults. One that ended stays, so that what was seen under it
-- can be explained later.
CREATE TABLE proxy (
  id           text PRIMARY KEY,
  person_id    text NOT NULL REFERENCES person (id) ON DELETE CASCADE,
  patient      text NOT NULL,
  -- HL7 v3 RoleCode, for example GUARD, MTH, FTH, POWATT, or `other`.
  relationship text NOT NULL,
  from_at      timestamptz NOT NULL,
  -- When it ends by itself; for the guardian of a minor the day they come of age. Null: when somebody ends it.
  until_at     timestamptz,
  granted_by   text NOT NULL,
  granted_at   timestamptz NOT NULL,
  ended_at     timestamptz,
  ended_by     text,
  CHECK (until_at IS NULL OR until_at > from_at)
);
CREATE INDEX proxy_person ON proxy (person_id) WHERE ended_at IS NULL;
CREATE INDEX proxy_patient ON proxy (patient);

-- One-time links by which an account gets a new password, or its first.
CREATE TABLE password_link (
  token_sha256 text PRIMARY KEY,
  person_id    text NOT NULL UNIQUE REFERENCES person (id) ON DELETE CASCADE,
  made_by      text NOT NULL,
  expires_at   timestamptz NOT NULL
);

-- What a person is shown of their own account: sign-ins, refusals, and changes of how they sign in.
CREATE TABLE account_activity (
  person_id  text NOT NULL REFERENCES person (id) ON DELETE CASCADE,
  at         timestamptz NOT NULL,
  what       text NOT NULL,
  address    text,
  user_agent text,
  by_person  text
);
CREATE INDEX account_activity_person ON account_activity (person_id, at DESC);
