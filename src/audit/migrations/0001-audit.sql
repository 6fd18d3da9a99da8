-- Rows are compact and in the order of their time; what is drawn as AuditEvent is drawn on read.
CREATE TABLE audit_event (
  at_us bigint NOT NULL,
  nonce integer NOT NULL,
  kind text NOT NULL,
  action text NOT NULL,
  outcome text NOT NULL,
  actor text,
  app text,
  purpose text NOT NULL,
  patients text[] NOT NULL,
  what text[] NOT NULL,
  query text,
  address text,
  request_id text,
  reason text,
  PRIMARY KEY (at_us, nonce)
);
CREATE INDEX audit_event_actor ON audit_event (actor, at_us, nonce);
CREATE INDEX audit_event_kind ON audit_event (kind, at_us, nonce);
CREATE INDEX audit_event_not_done ON audit_event (at_us, nonce) WHERE outcome <> 'done';

-- Whose data it was, once more: an index that can be read in the order of time.
CREATE TABLE audit_patient (
  patient text NOT NULL,
  at_us bigint NOT NULL,
  nonce integer NOT NULL,
  PRIMARY KEY (patient, at_us, nonce)
);

CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the audit is append-only: % of % is refused', lower(TG_OP), TG_TABLE_NAME
    USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER audit_event_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_event
  FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only();
CREATE TRIGGER audit_patient_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_patient
  FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only();
