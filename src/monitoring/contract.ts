/** An alarm as every client sees it: `GET /alarms`, `/live`, the board. */
export interface AlarmView {
  readonly id: string
  readonly patient: string
  readonly device: string | null
  readonly rule: string
  readonly title: string
  readonly kind: 'physiological' | 'technical'
  readonly priority: 'high' | 'medium' | 'low'
  readonly state: 'active' | 'latched' | 'cleared'
  readonly acknowledged: boolean
  readonly acknowledgedBy: string | null
  readonly acknowledgedAt: string | null
  readonly raisedAt: string
  readonly clearedAt: string | null
  readonly metric: string | null
  /** The value that raised it and the limit it crossed, in the metric's unit. */
  readonly value: number | null
  readonly limit: number | null
  /** In words, e.g. `SpO₂ low 82 < 90 %`. */
  readonly text: string
  /** The alarm that hides this one, as its cause or its graver form; it is shown again when that one goes. */
  readonly inhibitedBy: string | null
}

/** `GET /alarms/{id}/trail`: what happened to it, oldest first. */
export interface AlarmTrailEntry {
  readonly at: string
  readonly event:
    | 'raised'
    | 'recurred'
    | 'latched'
    | 'cleared'
    | 'acknowledged'
    | 'inhibited'
    | 'uninhibited'
    /** Over because nothing can be measured any more: the device was taken off the patient. */
    | 'ended'
  /** A reference such as `Practitioner/…`; null: the system. */
  readonly actor: string | null
}

/** `GET /api/rules` */
export interface RuleView {
  readonly id: string
  readonly title: string
  readonly kind: 'physiological' | 'technical'
  readonly priority: 'high' | 'medium' | 'low'
  readonly rationale: string
  readonly references: readonly string[]
  readonly metric: string | null
  readonly params: Readonly<
    Record<
      string,
      { readonly unit: string; readonly default: number; readonly min: number; readonly max: number }
    >
  >
  readonly latching: boolean
  readonly onMissing: 'technical-alarm' | 'hold'
  readonly inhibitedBy: readonly string[]
}

/** `GET|PUT /api/patients/{id}/monitoring`: how this patient is watched, where it differs from the rules' defaults. */
export interface PatientMonitoring {
  readonly patient: string
  /** By rule, then by parameter; within the parameter's bounds. */
  readonly limits: Readonly<Record<string, Readonly<Record<string, number>>>>
  /** 2: a prescribed target of 88–92 % in hypercapnic respiratory failure. */
  readonly spo2Scale: 1 | 2
  /** Rises with each change; a `PUT` that names another version is refused. */
  readonly version: number
}

export interface ScorePart {
  readonly name: string
  readonly metric: string
  /** null: missing or too old; never counted as normal. */
  readonly value: number | null
  readonly points: number | null
  readonly ageSeconds: number | null
}
export interface ScoreView {
  readonly score: 'news2'
  readonly patient: string
  /** Sum of the parts present. */
  readonly total: number
  readonly complete: boolean
  readonly missing: readonly string[]
  readonly parts: readonly ScorePart[]
  readonly risk: 'none' | 'low' | 'low-medium' | 'medium' | 'high'
  readonly scale: 1 | 2
  readonly at: string
  /** Change of the total against an hour ago; null where there was none. */
  readonly changeInHour: number | null
}

export interface BoardReading {
  readonly metric: string
  readonly value: number | null
  readonly quality: number
  readonly measuredAt: string
  readonly device: string
}
export interface BoardTile {
  readonly patient: {
    readonly id: string
    readonly name: string
    readonly ageYears: number | null
    readonly sex: string | null
  }
  readonly unit: { readonly id: string; readonly name: string; readonly kind: 'ward' | 'home' }
  readonly bed: string
  readonly simulated: boolean
  readonly readings: readonly BoardReading[]
  /** Metric ids of the waveforms it can show, best first. */
  readonly waveforms: readonly string[]
  readonly score: ScoreView | null
  /** Not cleared ones, highest first. */
  readonly alarms: readonly AlarmView[]
  readonly devices: readonly {
    readonly id: string
    readonly name: string
    readonly connection: 'online' | 'offline' | 'never'
  }[]
}
/** `GET /api/board` */
export interface Board {
  readonly serverTime: string
  readonly units: readonly { readonly id: string; readonly name: string; readonly kind: 'ward' | 'home' }[]
  readonly tiles: readonly BoardTile[]
}
