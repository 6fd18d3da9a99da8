/** A little of the FHIR record of the demo ward. */
import type { ServerResponse } from 'node:http'
import { demoPatients } from './demo-ward.ts'
import { sendJson } from './fake-sign-in.ts'

const texts: Readonly<Record<string, readonly string[]>> = {
  Condition: ['Community-acquired pneumonia', 'Sepsis, suspected', 'Type 2 diabetes mellitus'],
  MedicationRequest: [
    'Piperacillin/tazobactam 4.5 g IV every 8 h',
    'Paracetamol 1 g PO every 6 h as needed',
    'Metformin 1 g PO twice daily',
  ],
  AllergyIntolerance: ['Penicillin V: rash'],
}

function resource(type: string, text: string, i: number) {
  const concept = { text }
  const active = { coding: [{ code: 'active' }] }
  if (type === 'MedicationRequest')
    return { resourceType: type, id: `${type}-${i}`, status: 'active', medicationCodeableConcept: concept }
  return {
    resourceType: type,
    id: `${type}-${i}`,
    clinicalStatus: active,
    code: concept,
    recordedDate: '2026-03-04',
  }
}

export function fhirAnswer(url: URL, response: ServerResponse): true {
  const [, , , type = '', id] = url.pathname.split('/')
  if (type === 'Patient' && id) {
    const patient = demoPatients.find((each) => each.id === id)
    if (!patient) return sendJson(response, 404, { resourceType: 'OperationOutcome', issue: [] })
    const [family, given] = patient.name.split(', ')
    const birthDate = `${2026 - patient.ageYears}-02-11`
    return sendJson(response, 200, {
      resourceType: 'Patient',
      id,
      name: [{ family, given: [given] }],
      gender: patient.sex,
      birthDate,
    })
  }
  const sick = url.searchParams.get('patient')?.endsWith('demo-01')
  const list = sick ? (texts[type] ?? []) : []
  return sendJson(response, 200, {
    resourceType: 'Bundle',
    type: 'searchset',
    entry: list.map((text, i) => ({ resource: resource(type, text, i) })),
  })
}
