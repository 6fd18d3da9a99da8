-- The ledger. A row is committed to in `ledger_pending` by the transaction that writes it; one sequencer gives the leaves
-- their numbers. Bytes of the log lie in `ledger_tile` and hold nothing of anyone; what opens them lies in `ledger_entry`.
CREATE TABLE ledger_pending (
  seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  commitment bytea NOT NULL,
  -- Null where its patient was erased before it had a number.
  kind text COLLATE "C",
  key text COLLATE "C",
  at_us bigint,
  patients text[],
  adopted boolean NOT NULL,
  digest bytea,
  salt bytea
);

-- What a leaf commits to, and the salt. Erasure deletes rows here; their leaves stay and say nothing any more.
CREATE TABLE ledger_entry (
  leaf bigint PRIMARY KEY,
  kind text COLLATE "C" NOT NULL,
  key text COLLATE "C" NOT NULL,
  at_us bigint NOT NULL,
  patients text[] NOT NULL,
  adopted boolean NOT NULL,
  digest bytea NOT NULL,
  salt bytea NOT NULL
);
CREATE INDEX ledger_entry_by_key ON ledger_entry (key, kind);
CREATE INDEX ledger_entry_by_patient ON ledger_entry USING gin (patients);

-- Up to 256 hashes of 32 bytes. Level -1: the leaves' data (the commitments) themselves.
CREATE TABLE ledger_tile (
  level smallint NOT NULL,
  index bigint NOT NULL,
  hashes bytea NOT NULL,
  PRIMARY KEY (level, index)
);
ALTER TABLE ledger_tile ALTER COLUMN hashes SET STORAGE EXTERNAL; -- hashes do not compress

CREATE TABLE ledger_log (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  size bigint NOT NULL DEFAULT 0,
  adopted boolean NOT NULL DEFAULT false -- the rows from before the log are in it
);
INSERT INTO ledger_log DEFAULT VALUES;

CREATE TABLE ledger_checkpoint (
  at_us bigint PRIMARY KEY,
  size bigint NOT NULL,
  text text NOT NULL, -- what is signed
  signature text NOT NULL -- the log's own line
);
CREATE INDEX ledger_checkpoint_by_size ON ledger_checkpoint (size);

-- Signatures of others under a checkpoint, one a key.
CREATE TABLE ledger_cosignature (
  at_us bigint NOT NULL REFERENCES ledger_checkpoint,
  name text NOT NULL,
  key_id text NOT NULL,
  line text NOT NULL,
  PRIMARY KEY (at_us, name, key_id)
);

-- The log's own marks, which are leaves too: that old rows were adopted, that commitments were forgotten.
CREATE TABLE ledger_mark (
  key text COLLATE "C" PRIMARY KEY,
  at_us bigint NOT NULL,
  content text NOT NULL
);
