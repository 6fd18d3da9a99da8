import { ProblemError } from '../kernel/problem.ts'

/** Every refusal of this domain, once. */
export const problems = {
  overloaded: () =>
    new ProblemError({
      code: 'telemetry-overloaded',
      status: 503,
      message: 'More readings wait for the disk than memory may hold. Send again after a moment.',
    }),
  notDurable: () =>
    new ProblemError({
      code: 'telemetry-not-durable',
      status: 503,
      message:
        'The readings could not be written to disk. Send them again; what was stored is not stored twice.',
    }),
  closed: () =>
    new ProblemError({
      code: 'telemetry-closed',
      status: 503,
      message: 'The server is stopping. Send again when it is back.',
    }),
  badBatch: (message: string) => new ProblemError({ code: 'telemetry-batch-invalid', status: 400, message }),
  seriesErased: () =>
    new ProblemError({
      code: 'telemetry-series-erased',
      status: 503,
      message: 'A series of this batch was erased meanwhile. Send it again: a new one begins.',
    }),
  badQuery: (message: string, where: string) =>
    new ProblemError({ code: 'telemetry-query-invalid', status: 400, message, where }),
  searchTooWide: () =>
    new ProblemError({
      code: 'telemetry-search-too-wide',
      status: 400,
      message: 'This search would look at millions of readings. Narrow it by patient, code or date.',
    }),
  sameBearer: () =>
    new ProblemError({
      code: 'telemetry-same-patient',
      status: 400,
      where: 'toPatient',
      message: 'The readings are of this patient already. Name another.',
    }),
  nothingThere: () =>
    new ProblemError({
      code: 'telemetry-nothing-there',
      status: 404,
      message: 'The patient has no reading of this metric (and device) in this time that still stands.',
    }),
  unsortable: (rule: string) =>
    new ProblemError({
      code: 'telemetry-not-sortable',
      status: 400,
      message: `Readings cannot be sorted by ${rule} here. Sort by date or _lastUpdated, then by _id if you like.`,
      where: '_sort',
    }),
  unknownPatient: () =>
    new ProblemError({ code: 'patient-unknown', status: 404, message: 'There is no such patient.' }),
}
