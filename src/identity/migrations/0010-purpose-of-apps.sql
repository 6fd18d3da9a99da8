-- Why an app asks for data (HL7 v3 PurposeOfUse): decisions differ for care, research and public health.
ALTER TABLE oauth_client ADD COLUMN purpose text NOT NULL DEFAULT 'HOPERAT';
