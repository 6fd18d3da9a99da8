/**
 * Makes the demo hospital once: people who sign in, two clients, patients, beds, devices with credentials. Every step
 * may be repeated, so a start that was broken off is finished by the next; credentials are written before they are
 * made real, and devices' when the registry has issued them.
 */
import type { Resource } from '@medplum/fhirtypes'
import type { DeviceRegistry } from '../../devices/index.ts'
import type { Identity, Role } from '../../identity/index.ts'
import { isoFromMicros, type Micros, microsPerSecond } from '../../kernel/time.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Random } from '../../platform/random.ts'
import type { RecordRepository } from '../../record/index.ts'
import { type CastMember, demoCast } from '../../simulator/index.ts'
import { type DemoCredentials, readDemoCredentials, writeDemoCredentials } from './credentials.ts'
import {
  chart,
  hospital,
  openPatient,
  openPatients,
  practitioner,
  practitionerRole,
  type Resident,
  residentOf,
  stay,
} from './resources.ts'

export const demoSeed = 'seven-north'

export interface SeedDeps {
  readonly home: string
  readonly identity: Identity
  readonly repository: RecordRepository
  readonly devices: DeviceRegistry
  readonly clock: Clock
  readonly random: Random
  /** Prescribes NEWS2's saturation scale 2. */
  readonly setSpo2Scale: (patient: string, scale: 1 | 2) => Promise<void>
}

const staff: readonly { role: Role; given: string; family: string }[] = [
  { role: 'nurse', given: 'Nadia', family: 'Okonkwo' },
  { role: 'physician', given: 'Paolo', family: 'Lindqvist' },
  { role: 'biomed', given: 'Bo', family: 'Marchetti' },
  { role: 'admin', given: 'Alex', family: 'Rivera' },
  { role: 'privacy', given: 'Priya', family: 'Holm' },
]
const domain = 'demo.vitalwire.example'
/** Associations begin early, so that a recording played with past times is its patient's too. */
const associatedFrom = (Date.UTC(2001, 0, 1) * 1_000) as Micros
const stayedS = 3 * 86_400
const secretBytes = 12

function planCredentials(cast: readonly CastMember[], random: Random): DemoCredentials {
  const person = (role: string, name: string) => ({
    role,
    name,
    email: `${role}@${domain}`,
    password: random.secret(secretBytes),
  })
  return {
    users: [
      ...staff.map(({ role, given, family }) => person(role, `${given} ${family}`)),
      person('patient', cast[0]!.name.display),
    ],
    clients: [
      { id: 'demo-service', secret: random.secret(24), scope: 'system/*.cruds' },
      { id: 'demo-reader', secret: random.secret(24), scope: 'system/*.rs' },
    ],
    devices: [],
  }
}

async function seedPeople(
  credentials: DemoCredentials,
  cast: readonly CastMember[],
  identity: Identity,
): Promise<void> {
  for (const user of credentials.users) {
    if (await identity.findPersonByEmail(user.email)) continue
    const patient =
      user.role === 'patient' ? { patient: cast[0]!.id } : { fhirUser: `Practitioner/demo-${user.role}` }
    const { email, name, password, role } = user
    await identity.createPerson({ email, name, password, roles: [role as Role], ...patient })
  }
  for (const { id, secret, scope } of credentials.clients) {
    await identity
      .createClient({ id, secret, scopes: [scope], name: 'Demo client' })
      .catch((error: { problem?: { status: number } }) => {
        if (error.problem?.status !== 409) throw error
      })
  }
}

async function seedRecord(
  deps: SeedDeps,
  cast: readonly CastMember[],
  residents: readonly Resident[],
): Promise<void> {
  const since = isoFromMicros(
    (Math.floor(deps.clock.now() / microsPerSecond - stayedS) * microsPerSecond) as Micros,
  )
  const resources: Resource[] = [
    ...hospital(),
    ...staff.map(({ role, family, given }) => practitioner(`demo-${role}`, family, given)),
    ...['demo-nurse', 'demo-physician'].map(practitionerRole),
    ...cast.flatMap((member) => chart(member, since)),
    ...openPatients.map(openPatient),
    ...residents.flatMap((resident) => stay(resident, since)),
  ]
  await deps.repository.withTransaction(async (repository) => {
    for (const resource of resources) await repository.upsert({ ...resource, id: resource.id! })
  })
}

async function seedDevice(
  devices: DeviceRegistry,
  id: string,
  name: string,
  profile: string,
  patient: string,
  simulated: boolean,
) {
  if (!devices.find(id)) await devices.register({ id, name, profile, simulated })
  if (devices.associationOf(id)?.patient !== patient) {
    const outcome = await devices.associate(id, patient, associatedFrom)
    if (!outcome.ok) throw new Error(`demo device ${id}: ${outcome.problem.message}`)
  }
  const mqtt = await devices.issueCredential(id)
  return {
    id,
    profile,
    patient,
    mqtt: { username: mqtt.username, password: mqtt.password },
    http: { token: mqtt.password },
  }
}

/** The demo's credentials; made now where there are none. */
export async function seedDemo(deps: SeedDeps): Promise<DemoCredentials> {
  const known = await readDemoCredentials(deps.home)
  if (known && known.devices.length > 0) return known
  const cast = demoCast(demoSeed, isoFromMicros(deps.clock.now()).slice(0, 10))
  const credentials = known ?? planCredentials(cast, deps.random)
  await writeDemoCredentials(deps.home, credentials)

  let homes = 0
  const residents = [
    ...cast.map((member) => residentOf(member, member.place.kind === 'home' ? ++homes : 0)),
    ...openPatients.map(({ id }, i): Resident => ({ patient: id, unit: 'open', bed: `Open ${i + 1}` })),
  ]
  await seedRecord(deps, cast, residents)
  await seedPeople(credentials, cast, deps.identity)
  const made: DemoCredentials['devices'][number][] = []
  for (const member of cast) {
    const name = member.deviceProfile === 'vitalwire/bedside' ? 'Bedside monitor' : 'Home hub'
    made.push(await seedDevice(deps.devices, `sim-${member.id}`, name, member.deviceProfile, member.id, true))
    if (member.spo2Scale === 2) await deps.setSpo2Scale(member.id, 2)
  }
  for (const { id } of openPatients) {
    made.push(await seedDevice(deps.devices, `free-${id}`, 'Your own device', 'vitalwire/senml', id, false))
  }
  const complete = { ...credentials, devices: made }
  await writeDemoCredentials(deps.home, complete)
  return complete
}
