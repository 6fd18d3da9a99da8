import type { Micros } from '../kernel/time.ts'

/** `GET /api/devices` → DeviceView[] : the device list. */
export interface DeviceView {
  readonly id: string
  readonly name: string
  readonly profile: string
  readonly vendor: string
  readonly model: string
  readonly serial: string | null
  readonly simulated: boolean
  readonly patient: { readonly id: string; readonly name: string; readonly bed: string | null } | null
  readonly connection: 'online' | 'offline' | 'never'
  readonly lastSeenAt: string | null
  readonly batteryPercent: number | null
  readonly signalDbm: number | null
  readonly quarantined: number
  readonly lastRefusal: { readonly at: string; readonly reason: string } | null
}

/** A change a listener may need: association begun or ended, device registered or revoked. */
export interface DeviceChange {
  readonly device: string
  readonly change: 'registered' | 'associated' | 'released' | 'revoked' | 'online' | 'offline'
  readonly at: Micros
}
