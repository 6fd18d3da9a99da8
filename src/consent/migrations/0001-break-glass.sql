-- Emergency accesses: who opened whose record, why, until when, and what came of the review. Rows are kept for ever.
CREATE TABLE break_glass (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  actor text NOT NULL,
  actor_name text NOT NULL,
  patient text NOT NULL,
  reason text NOT NULL,
  explanation text NOT NULL,
  -- µs since 1970.
  began_at bigint NOT NULL,
  ends_at bigint NOT NULL,
  ended_at bigint,
  statement text,
  reviewed_by text,
  reviewed_at bigint,
  outcome text CHECK (outcome IN ('justified', 'not-justified')),
  note text,
  CHECK (ends_at > began_at),
  CHECK ((reviewed_at IS NULL) = (outcome IS NULL) AND (reviewed_at IS NULL) = (reviewed_by IS NULL)),
  -- Nobody judges themselves.
  CHECK (reviewed_by IS DISTINCT FROM actor)
);
CREATE INDEX break_glass_by_end ON break_glass (ends_at);
CREATE INDEX break_glass_of_actor ON break_glass (actor, began_at DESC);
CREATE INDEX break_glass_of_patient ON break_glass (patient, began_at DESC);
CREATE INDEX break_glass_unreviewed ON break_glass (began_at) WHERE reviewed_at IS NULL;
