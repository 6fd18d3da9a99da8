import { defineMetrics } from './metric.ts'

/**
 * International consensus on time in range (Battelino et al., Diabetes Care 2019;42:1593): below 54, 54–69, 70–180,
 * 181–250, above 250 mg/dL; the share of readings in a band stands for the share of time.
 */
const glucoseBands = [
  { id: 'very-low', below: 54 },
  { id: 'low', below: 70 },
  { id: 'in-range', through: 180 },
  { id: 'high', through: 250 },
  { id: 'very-high' },
] as const

export const metabolism = defineMetrics({
  glucose: {
    title: 'Glucose, blood',
    label: 'GLU',
    kind: 'numeric',
    mdc: { code: 160020, refId: 'MDC_CONC_GLU_GEN' },
    loinc: { code: '2339-0', display: 'Glucose [Mass/volume] in Blood' },
    unit: 'mg/dL',
    unitText: 'mg/dL',
    range: [0, 1500],
    decimals: 0,
    category: 'laboratory',
    molarMass: 180.156,
    bands: glucoseBands,
  },
  'capillary-glucose': {
    title: 'Glucose, capillary',
    label: 'cGLU',
    kind: 'numeric',
    mdc: { code: 160184, refId: 'MDC_CONC_GLU_CAPILLARY_WHOLEBLOOD' },
    loinc: { code: '41653-7', display: 'Glucose [Mass/volume] in Capillary blood by Glucometer' },
    unit: 'mg/dL',
    unitText: 'mg/dL',
    range: [0, 1500],
    decimals: 0,
    category: 'laboratory',
    molarMass: 180.156,
    bands: glucoseBands,
  },
  'interstitial-glucose': {
    title: 'Glucose, interstitial',
    label: 'CGM',
    kind: 'numeric',
    mdc: { code: 160212, refId: 'MDC_CONC_GLU_ISF' },
    loinc: { code: '99504-3', display: 'Glucose [Mass/volume] in Interstitial fluid' },
    unit: 'mg/dL',
    unitText: 'mg/dL',
    range: [0, 600],
    decimals: 0,
    category: 'vital-signs',
    molarMass: 180.156,
    bands: glucoseBands,
  },
})
