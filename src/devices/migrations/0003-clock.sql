-- How far a device's clock stood from ours: from the tenth of a second `received_from` (since 1970, when we received)
-- until the next row of the device. What it measured is kept as its time less offset_us; every reading's time of receipt
-- is kept with it, so the device's own time is found again. Rows are only added, each after the last delivery.
CREATE TABLE device_clock (
  id            bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  device        text NOT NULL REFERENCES device,
  received_from bigint NOT NULL,
  offset_us     bigint NOT NULL,
  accuracy_us   bigint NOT NULL,
  basis         text NOT NULL CHECK (basis IN ('declared', 'inferred')),
  noted_at      bigint NOT NULL,
  PRIMARY KEY (device, received_from)
);
