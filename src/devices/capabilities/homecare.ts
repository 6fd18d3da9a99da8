import type { Capability } from '../profiles/profile.ts'

const onDemand = Number.POSITIVE_INFINITY

export const continuousGlucose = ({ cadenceS }: { readonly cadenceS: number }): Capability => ({
  summary: 'glucose in the tissue fluid, day and night',
  metrics: [{ id: 'interstitial-glucose', cadenceS }],
})

export const bloodGlucose = ({ cadenceS }: { readonly cadenceS: number }): Capability => ({
  summary: 'glucose in blood',
  metrics: [
    { id: 'glucose', cadenceS },
    { id: 'capillary-glucose', cadenceS: onDemand },
  ],
})

export const bodyScale = (): Capability => ({
  summary: 'weight, body fat and body mass index',
  metrics: [
    { id: 'body-weight', cadenceS: onDemand },
    { id: 'body-fat', cadenceS: onDemand },
    { id: 'bmi', cadenceS: onDemand },
  ],
})

export const activity = ({ cadenceS }: { readonly cadenceS: number }): Capability => ({
  summary: 'steps, posture, falls and calls for help',
  metrics: [
    { id: 'steps', cadenceS },
    { id: 'body-position', cadenceS: onDemand },
    { id: 'fall-detected', cadenceS: onDemand },
    { id: 'help-call', cadenceS: onDemand },
  ],
})

export const room = ({ cadenceS }: { readonly cadenceS: number }): Capability => ({
  summary: 'temperature and humidity of the room',
  metrics: [
    { id: 'room-temperature', cadenceS },
    { id: 'room-humidity', cadenceS },
  ],
})
