-- The record: the current version of every resource, every superseded version, and the index of what can be searched.
-- `seq` numbers versions across the record in the order of their writing; index rows belong to a version, so an update
-- inserts the new version's rows beside the old ones and drops the old ones in the same statement.
CREATE SEQUENCE resource_seq AS bigint CACHE 1;

CREATE TABLE resource (
  resource_type text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  seq bigint NOT NULL DEFAULT nextval('resource_seq'),
  version integer NOT NULL,
  last_updated bigint NOT NULL, -- µs since 1970
  deleted boolean NOT NULL DEFAULT false,
  patients text[] NOT NULL, -- ids of the patients in whose compartment it lies
  content text, -- JSON; null where deleted
  PRIMARY KEY (resource_type, id)
);
CREATE UNIQUE INDEX resource_by_seq ON resource (resource_type, seq);
CREATE INDEX resource_by_time ON resource (resource_type, last_updated, seq) WHERE NOT deleted;

-- Superseded versions; the current one is in `resource`.
CREATE TABLE resource_history (
  resource_type text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  version integer NOT NULL,
  last_updated bigint NOT NULL,
  deleted boolean NOT NULL,
  patients text[] NOT NULL,
  content text,
  PRIMARY KEY (resource_type, id, version)
);

-- In every index table: `ordinal` counts a version's rows, `element` tells values of one repetition from another's
-- (for composite parameters).
CREATE TABLE search_token (
  resource_type text COLLATE "C" NOT NULL,
  seq bigint NOT NULL,
  ordinal integer NOT NULL,
  param text COLLATE "C" NOT NULL,
  element integer NOT NULL,
  system text COLLATE "C" NOT NULL, -- '' none; '*' implied by the element (a plain code)
  code text COLLATE "C" NOT NULL,
  PRIMARY KEY (resource_type, seq, ordinal)
);
CREATE INDEX search_token_by_code ON search_token (resource_type, param, code, system, seq);

CREATE TABLE search_string (
  resource_type text COLLATE "C" NOT NULL,
  seq bigint NOT NULL,
  ordinal integer NOT NULL,
  param text COLLATE "C" NOT NULL,
  element integer NOT NULL,
  folded text COLLATE "C" NOT NULL, -- lower case, no accents, cut at 200 characters
  exact text COLLATE "C" NOT NULL,
  PRIMARY KEY (resource_type, seq, ordinal)
);
CREATE INDEX search_string_by_folded ON search_string (resource_type, param, folded, seq);

-- [start_us, end_us): what the value's precision covers.
CREATE TABLE search_date (
  resource_type text COLLATE "C" NOT NULL,
  seq bigint NOT NULL,
  ordinal integer NOT NULL,
  param text COLLATE "C" NOT NULL,
  element integer NOT NULL,
  start_us bigint NOT NULL,
  end_us bigint NOT NULL,
  PRIMARY KEY (resource_type, seq, ordinal)
);
CREATE INDEX search_date_by_start ON search_date (resource_type, param, start_us, end_us, seq);

CREATE TABLE search_reference (
  resource_type text COLLATE "C" NOT NULL,
  seq bigint NOT NULL,
  ordinal integer NOT NULL,
  param text COLLATE "C" NOT NULL,
  element integer NOT NULL,
  target_type text COLLATE "C" NOT NULL, -- '' where the target is a URL
  target_id text COLLATE "C" NOT NULL,
  PRIMARY KEY (resource_type, seq, ordinal)
);
CREATE INDEX search_reference_by_target ON search_reference (resource_type, param, target_id, target_type, seq);

CREATE TABLE search_quantity (
  resource_type text COLLATE "C" NOT NULL,
  seq bigint NOT NULL,
  ordinal integer NOT NULL,
  param text COLLATE "C" NOT NULL,
  element integer NOT NULL,
  low numeric NOT NULL,
  high numeric NOT NULL,
  system text COLLATE "C" NOT NULL,
  code text COLLATE "C" NOT NULL,
  unit text COLLATE "C" NOT NULL,
  PRIMARY KEY (resource_type, seq, ordinal)
);
CREATE INDEX search_quantity_by_low ON search_quantity (resource_type, param, low, high, seq);
