import { z } from 'zod'
import { courses } from './courses/index.ts'
import { fault } from './devices/fault.ts'
import { simulatedProfiles } from './devices/profile.ts'

const patient = z.object({
  id: z.string().min(1).max(128),
  course: z.string().refine((id) => courses.has(id), 'no such course'),
  ageYears: z.number().min(16).max(110),
  sex: z.enum(['female', 'male']),
  weightKg: z.number().min(35).max(250),
  startOffsetMinutes: z.number().min(0).max(100_000),
  device: z.object({
    id: z.string().regex(/^[A-Za-z0-9._-]{1,64}$/),
    profile: z.string().refine((id) => simulatedProfiles.has(id), 'no such profile'),
    username: z.string().min(1).max(256),
    password: z.string().min(1).max(1_024),
  }),
  faults: z.array(fault).max(32).default([]),
})

/** What the simulator is told at its start. It holds device passwords: by file or standard input, never argv or env. */
export const simulatorConfig = z.object({
  mqttUrl: z.url({ protocol: /^mqtts?$/ }),
  seed: z.string().min(1).max(128),
  /** Patient seconds for one second of wall clock; the signals themselves are drawn in real time. */
  speed: z.number().positive().max(600).default(1),
  /** What each device measured before it was connected and sends then: so many hours of its patient, coarsely. */
  historyHours: z.int().min(0).max(72).default(0),
  /** Seconds since 1970 at which those hours end; absent: now. The same end gives the same readings again. */
  historyUntilS: z.number().positive().optional(),
  encoding: z.enum(['cbor', 'json']).default('cbor'),
  patients: z.array(patient).max(1_000),
})
export interface RefusedConfig {
  /** Paths and reasons only: the document holds passwords. */
  readonly issues: readonly { readonly path: string; readonly message: string }[]
}

export function readConfig(text: string): SimulatorConfig | RefusedConfig {
  const parsed = simulatorConfig.safeParse(parseJson(text))
  if (parsed.success) return parsed.data
  return { issues: parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message })) }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export type SimulatorConfig = z.infer<typeof simulatorConfig>
/** As written: what has a default may be left out. */
export type SimulatorDocument = z.input<typeof simulatorConfig>
