import { type Allergy, allergies, type Medicine, medicines, type Problem, problems } from './cast/codes.ts'
import { homeRows } from './cast/home.ts'
import type { Row } from './cast/row.ts'
import { wardRows } from './cast/ward.ts'
import { chanceFrom } from './chance.ts'
import type { Fault } from './devices/fault.ts'

/** One invented patient of the demo hospital: who, how ill, and with which device. */
export interface CastMember {
  /** Stable and speaking: `ward-03`, `home-11`. */
  readonly id: string
  readonly place: { readonly kind: 'bed'; readonly bed: number } | { readonly kind: 'home' }
  readonly name: { readonly given: string; readonly family: string; readonly display: string }
  readonly sex: 'female' | 'male'
  /** YYYY-MM-DD. */
  readonly birthDate: string
  readonly ageYears: number
  readonly weightKg: number
  readonly course: string
  readonly startOffsetMinutes: number
  readonly deviceProfile: 'vitalwire/bedside' | 'vitalwire/home-hub'
  readonly faults: readonly Fault[]
  readonly problems: readonly Problem[]
  readonly medicines: readonly Medicine[]
  readonly allergies: readonly Allergy[]
  /** NEWS2's scale of oxygen saturation; 2 is prescribed. */
  readonly spo2Scale: 1 | 2
}

/** The demo hospital's 24 beds and 12 homes. Pure: `today` (YYYY-MM-DD) only counts the ages. */
export function demoCast(seed: string, today = '2026-06-30'): readonly CastMember[] {
  const ward = wardRows.map((row, index) =>
    member(row, `ward-${String(index + 1).padStart(2, '0')}`, { kind: 'bed', bed: index + 1 }, seed, today),
  )
  const home = homeRows.map((row, index) =>
    member(row, `home-${String(index + 1).padStart(2, '0')}`, { kind: 'home' }, seed, today),
  )
  return [...ward, ...home]
}

function member(row: Row, id: string, place: CastMember['place'], seed: string, today: string): CastMember {
  const chance = chanceFrom(`${seed}/${id}/cast`)
  return {
    id,
    place,
    name: { given: row.given, family: row.family, display: `${row.given} ${row.family}` },
    sex: row.sex,
    birthDate: row.born,
    ageYears: ageOn(row.born, today),
    weightKg: row.weightKg,
    course: row.course ?? 'stable',
    startOffsetMinutes: row.at ?? Math.floor(chance.between(0, 600)),
    deviceProfile: place.kind === 'bed' ? 'vitalwire/bedside' : 'vitalwire/home-hub',
    faults: row.faults ?? [],
    problems: row.problems.map((name) => problems[name]),
    medicines: row.medicines.map((name) => medicines[name]),
    allergies: (row.allergies ?? []).map((name) => allergies[name]),
    spo2Scale: row.spo2Scale ?? 1,
  }
}

/** ISO dates compare as text, so the birthday in the year needs no calendar. */
function ageOn(born: string, today: string): number {
  const years = Number(today.slice(0, 4)) - Number(born.slice(0, 4))
  return today.slice(5) < born.slice(5) ? years - 1 : years
}
