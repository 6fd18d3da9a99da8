-- Where checkpoints were laid down outside of this house's power: files, time-stamps, a chain; and what was seen of other
-- members' logs.
CREATE TABLE ledger_anchor (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  place text NOT NULL, -- the anchor's name: file, time-stamp, chain
  size bigint NOT NULL,
  note text NOT NULL, -- the checkpoint, signed
  state text NOT NULL CHECK (state IN ('confirmed', 'failed', 'lost')),
  reference text, -- a transaction, a serial number, a line of a file
  proof bytea, -- what proves it without us: a time-stamp token
  vouched_at bigint, -- µs, by the other's clock
  tried_at bigint NOT NULL, -- µs
  error text
);
CREATE INDEX ledger_anchor_of_place ON ledger_anchor (place, id DESC);

CREATE TABLE ledger_peer (
  account text PRIMARY KEY, -- on the chain
  url text NOT NULL,
  size bigint NOT NULL, -- of the last checkpoint that was found consistent
  note text NOT NULL,
  checked_at bigint NOT NULL, -- µs
  fault text -- why its log is not believed any more; stays until a person looked
);

-- The last leaf of a Consent that the chain was told of.
CREATE TABLE ledger_consent_cursor (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  leaf bigint NOT NULL DEFAULT -1
);
INSERT INTO ledger_consent_cursor DEFAULT VALUES;
