import type { Fault } from '../devices/fault.ts'
import type { AllergyName, MedicineName, ProblemName } from './codes.ts'

/** One line of the cast as it is written down. */
export interface Row {
  readonly given: string
  readonly family: string
  readonly sex: 'female' | 'male'
  readonly born: string
  readonly weightKg: number
  /** Absent: `stable`. */
  readonly course?: string
  /** Minutes into the course at the start; absent: anywhere, by the seed. */
  readonly at?: number
  readonly problems: readonly ProblemName[]
  readonly medicines: readonly MedicineName[]
  readonly allergies?: readonly AllergyName[]
  readonly faults?: readonly Fault[]
  /** 2 where a clinician has prescribed a target of 88–92 %. */
  readonly spo2Scale?: 2
}

/** The one order of a row: who, born, weight, problems, medicines, and what is particular. */
export const row = (
  name: string,
  sex: Row['sex'],
  born: string,
  weightKg: number,
  problems: readonly ProblemName[],
  medicines: readonly MedicineName[],
  particular: Partial<Row> = {},
): Row => {
  const [given = '', family = ''] = name.split(' ')
  return { given, family, sex, born, weightKg, problems, medicines, ...particular }
}
