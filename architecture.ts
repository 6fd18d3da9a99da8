/**
 * The house: every folder of `src/`, from the ground up. A folder may import the folders above it in this
 * list and never one below; `tests/architecture` holds the imports to it.
 */
export interface Room {
  readonly folder: string
  readonly owns: string
  /** Where given, the only folders it may import: a stranger to the rest of the house. */
  readonly only?: readonly string[]
}

export const rooms: readonly Room[] = [
  { folder: 'kernel', owns: 'pure: time, quantities and UCUM units, metric catalogue, errors' },
  { folder: 'platform', owns: 'config, postgres, bus, http, jobs, log, metrics, clock, randomness' },
  { folder: 'record', owns: 'the FHIR R4 record: repository, search, history, REST, transactions' },
  { folder: 'ledger', owns: 'append-only Merkle log of what was written: proofs, checkpoints, anchors' },
  { folder: 'audit', owns: 'who did what to whose data: AuditEvents, drawn on read' },
  { folder: 'identity', owns: 'who acts: people, apps and devices; OAuth 2, OpenID Connect, SMART on FHIR' },
  { folder: 'consent', owns: 'what they may see: policies and FHIR Consent as filters; break-glass' },
  { folder: 'devices', owns: 'registry, association with patient over time, capabilities, profiles' },
  {
    folder: 'telemetry',
    owns: 'journal, blocks, latest values, queries, live fan-out, the Observation face',
  },
  { folder: 'gateway', owns: 'ingest pipeline, quarantine, protocol adapters' },
  { folder: 'monitoring', owns: 'scores, rules, alarm state machine, the ward board' },
  { folder: 'replay', owns: 'recordings played through a real device connection', only: ['kernel'] },
  {
    folder: 'simulator',
    owns: 'patients with physiology and devices with faults, from outside',
    only: ['kernel'],
  },
  { folder: 'app', owns: 'compose.ts (the wiring), the command line, the demo hospital' },
]

/** Folders in which the outside world may be touched: environment, sockets that listen, wall clock, randomness. */
export const impureFolders: readonly string[] = ['platform']

/** `web/` may import these, and `contract.ts` of any folder. */
export const webMayImport: readonly string[] = ['kernel']
