-- What kind of data a version is and how sensitive: what a permit filters by. Rows from before are given theirs at the next
-- start; until then `unsorted` is a class that only a scope over all classes covers.
ALTER TABLE resource
  ADD COLUMN data_class text COLLATE "C" NOT NULL DEFAULT 'unsorted',
  ADD COLUMN labels text[] NOT NULL DEFAULT '{}';
ALTER TABLE resource_history
  ADD COLUMN data_class text COLLATE "C" NOT NULL DEFAULT 'unsorted',
  ADD COLUMN labels text[] NOT NULL DEFAULT '{}';
CREATE INDEX resource_unsorted ON resource (resource_type, id) WHERE data_class = 'unsorted';
CREATE INDEX resource_history_unsorted ON resource_history (resource_type, id, version) WHERE data_class = 'unsorted';
