-- People who sign in. Passwords are kept only as argon2id hashes in PHC form.
CREATE TABLE person (
  id            text PRIMARY KEY,
  email         text NOT NULL,
  name          text NOT NULL,
  roles         text[] NOT NULL CHECK (cardinality(roles) > 0),
  fhir_user     text NOT NULL,
  patient       text,
  password_hash text NOT NULL,
  disabled      boolean NOT NULL DEFAULT false,
  created_at    timestamptz NOT NULL
);
CREATE UNIQUE INDEX person_email ON person (lower(email));

-- Applications. A secret is random and long, so a plain SHA-256 of it is enough.
CREATE TABLE oauth_client (
  id            text PRIMARY KEY,
  name          text NOT NULL,
  secret_sha256 text,
  jwks          jsonb,
  scopes        text[] NOT NULL,
  redirect_uris text[] NOT NULL,
  disabled      boolean NOT NULL DEFAULT false,
  created_at    timestamptz NOT NULL
);

-- Everything the authorisation server keeps: codes, tokens, sessions, grants. `id` is the SHA-256 of the value that the
-- bearer holds: whoever reads this table cannot act with it.
CREATE TABLE oauth_artifact (
  kind        text NOT NULL,
  id          text NOT NULL,
  payload     jsonb NOT NULL,
  grant_id    text,
  account_id  text,
  client_id   text,
  uid         text,
  user_code   text,
  consumed_at timestamptz,
  expires_at  timestamptz NOT NULL,
  PRIMARY KEY (kind, id)
);
CREATE INDEX oauth_artifact_grant ON oauth_artifact (grant_id) WHERE grant_id IS NOT NULL;
CREATE INDEX oauth_artifact_account ON oauth_artifact (account_id) WHERE account_id IS NOT NULL;
CREATE INDEX oauth_artifact_client ON oauth_artifact (client_id) WHERE client_id IS NOT NULL;
CREATE UNIQUE INDEX oauth_artifact_uid ON oauth_artifact (uid) WHERE uid IS NOT NULL;
CREATE UNIQUE INDEX oauth_artifact_user_code ON oauth_artifact (user_code) WHERE user_code IS NOT NULL;
CREATE INDEX oauth_artifact_expiry ON oauth_artifact (expires_at);

-- Failed attempts, by account (whether or not it exists) and by address.
CREATE TABLE sign_in_throttle (
  key          text PRIMARY KEY,
  attempts     integer NOT NULL,
  window_start timestamptz NOT NULL,
  locked_until timestamptz
);

-- The one-time invitation of the first administrator.
CREATE TABLE welcome_link (
  token_sha256 text PRIMARY KEY,
  expires_at   timestamptz NOT NULL
);
