import type { Devices } from '../../devices/model.ts'

/** Whether each device can be reached, as the registry tells it. */
export class Connections {
  readonly #state = new Map<string, 'online' | 'offline'>()

  /** @returns what ends the listening. */
  listen(devices: Devices): () => void {
    return devices.onChange(({ device, change }) => {
      if (change === 'online' || change === 'offline') this.#state.set(device, change)
    })
  }

  /** undefined: it has said nothing since the start. */
  of(device: string): 'online' | 'offline' | undefined {
    return this.#state.get(device)
  }
}
