/** Whose data an answer holds, for whoever keeps the trail of it. Rather one patient too many than one too few. */
import type { FhirRequest } from '@medplum/fhir-router'
import type { Bundle, Resource } from '@medplum/fhirtypes'
import { isVisibleWithoutPatient } from '../access.ts'
import type { RecordGiven } from '../model.ts'
import type { RecordRepository } from '../repository.ts'

type Asked = Pick<FhirRequest, 'method' | 'url'> & { readonly body?: unknown }

export async function givenBy(
  repo: RecordRepository,
  everyone: RecordRepository,
  asked: Asked,
  answer: Resource | undefined,
): Promise<RecordGiven[]> {
  const [path = '', query = ''] = asked.url.split(/\?(.*)/s)
  if (asked.method === 'POST' && path === '') return givenByBundle(repo, everyone, asked.body, answer)
  const [type = '', id = ''] = path.split('/')
  const drawn = asked.method === 'PUT' && repo.world.faces.get(type)?.owns(id) === true
  const form = path.endsWith('/_search')
    ? new URLSearchParams(asked.body as Record<string, string>)
    : undefined
  const looks = asked.method === 'GET' || form !== undefined || /^\$graphql$|\$everything$/.test(path)
  // What is written is told of in the transaction that writes it, but for what a face does.
  if (!looks && !drawn) return []
  const sent = [query, form?.toString()].filter(Boolean).join('&')
  const interaction = drawn ? 'update' : interactionOf(path)
  const held = await patientsIn(everyone, answer)
  const named = interaction === 'search' ? patientsNamed(type, new URLSearchParams(sent)) : []
  const unseen = named.filter((patient) => !held.includes(patient) && !maySee(repo, patient))
  const patients = [...new Set([...held, ...named])].filter((patient) => !unseen.includes(patient))
  const what = [interaction === 'search' ? type : path]
  const given = { interaction, what, ...(sent === '' ? {} : { query: sent }) } as const
  return [
    { ...given, patients, refused: false },
    ...(unseen.length > 0 ? [{ ...given, patients: unseen, refused: true }] : []),
  ]
}

function interactionOf(path: string): RecordGiven['interaction'] {
  const [, second] = path.split('/')
  if (path.includes('$')) return 'operation'
  if (path.endsWith('/_history')) return 'history'
  return second === undefined || second === '_search' || second === '' ? 'search' : 'read'
}

const maySee = ({ access: { patients } }: RecordRepository, patient: string): boolean =>
  patients === 'all' || patients.includes(patient)

/** Reads among the entries; what they wrote is told of by the transaction. */
async function givenByBundle(
  repo: RecordRepository,
  everyone: RecordRepository,
  body: unknown,
  answer: Resource | undefined,
): Promise<RecordGiven[]> {
  const [sent, answered] = [body as Bundle | undefined, answer as Bundle | undefined]
  const all = (sent?.entry ?? []).map(async ({ request }, place) => {
    const done = answered?.entry?.[place]
    const status = done?.response?.status ?? ''
    const url = (request?.url ?? '').replace(/^\//, '')
    if (request?.method !== 'GET') return []
    if (/^2|^304/.test(status)) return givenBy(repo, everyone, { method: 'GET', url }, done?.resource)
    if (!/^40[134]/.test(status)) return []
    const [type = '', id = ''] = (url.split('?')[0] ?? '').split('/')
    const patients = await ownersOf(everyone, [{ resourceType: type, id }])
    if (status.startsWith('404') && patients.length === 0) return []
    return [{ interaction: 'read' as const, patients, what: [url.split('?')[0] ?? ''], refused: true }]
  })
  return (await Promise.all(all)).flat()
}

const isId = /^[A-Za-z0-9.-]{1,64}$/

/** Who is asked about is told even where nothing was found: that is an answer too. */
function patientsNamed(type: string, query: URLSearchParams): string[] {
  const names = type === 'Patient' ? ['_id'] : ['patient', 'subject', 'subject:Patient']
  return names
    .flatMap((name) => query.getAll(name))
    .flatMap((value) => value.split(','))
    .map((value) => value.replace(/^Patient\//, ''))
    .filter((id) => isId.test(id))
}

async function patientsIn(everyone: RecordRepository, answer: Resource | undefined): Promise<string[]> {
  if (!answer) return []
  const entries = answer.resourceType === 'Bundle' ? (answer.entry ?? []) : [{ resource: answer }]
  const found = new Set<string>()
  const withoutName: { resourceType: string; id: string }[] = []
  for (const { resource } of entries) {
    if (!resource) continue
    const before = found.size
    if (resource.resourceType === 'Patient' && resource.id !== undefined) found.add(resource.id)
    const names = addPatients(resource, found)
    // A projection (`_elements`) may have left the patient out.
    const { resourceType, id } = resource
    if (names || found.size > before || id === undefined || isVisibleWithoutPatient(resourceType)) continue
    if (everyone.world.compartment.types.includes(resourceType)) withoutName.push({ resourceType, id })
  }
  for (const patient of await ownersOf(everyone, withoutName)) found.add(patient)
  return [...found]
}

const toPatient = /(?:^|\/)Patient\/([A-Za-z0-9.-]{1,64})(?:\/|$)/

/** @returns whether a patient is named at all */
function addPatients(value: unknown, into: Set<string>): boolean {
  if (typeof value !== 'object' || value === null) return false
  let names = false
  for (const [key, inner] of Object.entries(value)) {
    if (key === 'reference' && typeof inner === 'string') {
      const patient = toPatient.exec(inner)?.[1]
      if (patient !== undefined) {
        into.add(patient)
        names = true
      }
    } else if (typeof inner === 'object' && addPatients(inner, into)) names = true
  }
  return names
}

/** Whose these are, whoever asks. */
export async function ownersOf(
  everyone: RecordRepository,
  keys: readonly { readonly resourceType: string; readonly id: string }[],
): Promise<string[]> {
  if (keys.length === 0) return []
  const resources = await everyone.readMany(keys)
  const { compartment } = everyone.world
  return [...new Set(resources.flatMap((resource) => compartment.patientsOf(resource)))]
}
