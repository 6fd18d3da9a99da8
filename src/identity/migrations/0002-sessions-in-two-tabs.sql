-- Two tabs that go on at the same moment each write the session under a new id: for that moment one uid has two rows.
DROP INDEX oauth_artifact_uid;
CREATE INDEX oauth_artifact_uid ON oauth_artifact (uid) WHERE uid IS NOT NULL;
