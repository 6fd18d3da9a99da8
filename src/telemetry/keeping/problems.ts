import { ProblemError } from '../../kernel/problem.ts'

/** Every refusal of keeping and forgetting, once. */
export const keepingProblems = {
  invalid: (message: string, where: string) =>
    new ProblemError({ code: 'request-invalid', status: 400, message, where }),
  held: (holds: readonly { readonly id: number; readonly placedBy: string }[]) =>
    new ProblemError({
      code: 'telemetry-held',
      status: 409,
      where: holds.map(({ id }) => `hold ${id}`).join(', '),
      message: `A legal hold forbids it: ${holds.map(({ id, placedBy }) => `hold ${id}, placed by ${placedBy}`).join('; ')}. Lift it first, if you may.`,
    }),
  unknownHold: (id: number) =>
    new ProblemError({
      code: 'hold-unknown',
      status: 404,
      where: `hold ${id}`,
      message: 'There is no such hold.',
    }),
  liftedHold: (id: number) =>
    new ProblemError({
      code: 'hold-lifted',
      status: 409,
      where: `hold ${id}`,
      message: 'This hold is lifted already.',
    }),
  beingErased: () =>
    new ProblemError({
      code: 'telemetry-being-erased',
      status: 409,
      message: "This patient's telemetry is being erased. Wait until that is done, then try again.",
    }),
  unknownErasure: () =>
    new ProblemError({ code: 'erasure-unknown', status: 404, message: 'There is no such erasure.' }),
  notConfirmed: () =>
    new ProblemError({
      code: 'erasure-not-confirmed',
      status: 400,
      where: 'confirm',
      message: 'Erasing cannot be undone. Repeat the id of the patient in "confirm".',
    }),
  badExport: (line: number, what: string) =>
    new ProblemError({
      code: 'export-invalid',
      status: 400,
      where: `line ${line}`,
      message: `Line ${line} of the export ${what}. The lines before it may be imported already; send the whole file again.`,
    }),
  notAnExport: (contentType: string) =>
    new ProblemError({
      code: 'export-expected',
      status: 415,
      message: `Send the export as the body, with content-type ${contentType}.`,
    }),
  nothingThere: () =>
    new ProblemError({
      code: 'telemetry-none',
      status: 404,
      message: 'There is no telemetry of this patient.',
    }),
}
