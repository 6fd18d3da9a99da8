import { ProblemError } from '../kernel/problem.ts'

/** Every refusal of this domain, once. */
export const problems = {
  noCheckpoint: () =>
    new ProblemError({
      code: 'ledger-empty',
      status: 404,
      message: 'The ledger has signed no checkpoint yet. Ask again in a few seconds.',
    }),
  unknownCheckpoint: (size: number) =>
    new ProblemError({
      code: 'ledger-checkpoint-unknown',
      status: 404,
      where: 'size',
      message: `No checkpoint of size ${size} is kept. Leave size out for the newest.`,
    }),
  unknownTile: () =>
    new ProblemError({
      code: 'ledger-tile-unknown',
      status: 404,
      message: 'The ledger has no such tile. Take the size of a checkpoint and see c2sp.org/tlog-tiles.',
    }),
  badQuery: (message: string, where: string) =>
    new ProblemError({ code: 'ledger-query-invalid', status: 400, message, where }),
  beyondCheckpoint: (size: number, where: string) =>
    new ProblemError({
      code: 'ledger-beyond-checkpoint',
      status: 404,
      where,
      message: `The newest checkpoint is of size ${size}. Ask for less, or again in a few seconds.`,
    }),
  unknownKey: () =>
    new ProblemError({
      code: 'ledger-key-unknown',
      status: 404,
      where: 'key',
      message:
        'No leaf is known for that key: it does not exist, was erased, or waits for its number. Ask again in a few seconds.',
    }),
  badCosignature: (message: string) =>
    new ProblemError({ code: 'ledger-cosignature-refused', status: 422, message }),
  badExport: (where: string, what: string) =>
    new ProblemError({
      code: 'ledger-export-invalid',
      status: 400,
      where,
      message: `${where} ${what}. Export again with vitalwire export --ledger.`,
    }),
  damaged: (message: string) => new ProblemError({ code: 'ledger-damaged', status: 500, message }),
} as const
