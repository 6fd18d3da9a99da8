-- Where each browser session was begun and when it was last used: what a person is shown of their own sign-ins. The
-- session itself is the authorisation server's; a row here without one is of no use and is cleaned up.
CREATE TABLE sign_in_session (
  uid          text PRIMARY KEY,
  person_id    text NOT NULL REFERENCES person (id) ON DELETE CASCADE,
  address      text NOT NULL,
  user_agent   text NOT NULL,
  began_at     timestamptz NOT NULL,
  last_seen_at timestamptz NOT NULL,
  -- When the person last proved who they are: at the sign-in, or when asked again for a dangerous act.
  proven_at    timestamptz NOT NULL
);
CREATE INDEX sign_in_session_person ON sign_in_session (person_id);
