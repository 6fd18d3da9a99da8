/** How the heart beats. */
export type Rhythm = 'sinus' | 'atrial-fibrillation' | 'asystole'

/** What an illness, its treatment and the hour do to a body. A course moves these; the body answers. */
export interface Drive {
  /** Shift of the hypothalamic set-point, °C. */
  readonly feverCelsius: number
  /** 0 none … 1 complete loss of arteriolar tone. */
  readonly vasodilation: number
  /** Share of the blood volume lost (blood, capillary leak) less what was infused; negative is overload. */
  readonly volumeLoss: number
  /** 1 normal. */
  readonly contractility: number
  /** Added to the person's own venous admixture, fraction of cardiac output. */
  readonly shunt: number
  /** Added share of each breath that reaches no blood. */
  readonly deadSpace: number
  /** Drive to breathe beyond the chemoreceptors' (lung stretch, oedema, acidosis), 0 none … 1 doubles it. */
  readonly breathlessness: number
  /** 0 … 1. */
  readonly sedation: number
  /** 0 … 1. */
  readonly pain: number
  /** Added to the intrinsic heart rate (drugs, atrial fibrillation's conduction), /min. */
  readonly chronotropy: number
  /** Oxygen by cannula or mask, L/min. */
  readonly oxygenLPerMin: number
  /** Insulin given beyond need, mU/L per minute into plasma. */
  readonly insulin: number
  /** Glucose given by vein, mg/kg per minute. */
  readonly dextrose: number
  readonly pvcPerMin: number
  readonly rhythm: Rhythm
}

export const restingDrive: Drive = {
  feverCelsius: 0,
  vasodilation: 0,
  volumeLoss: 0,
  contractility: 1,
  shunt: 0,
  deadSpace: 0,
  breathlessness: 0,
  sedation: 0,
  pain: 0,
  chronotropy: 0,
  oxygenLPerMin: 0,
  insulin: 0,
  dextrose: 0,
  pvcPerMin: 0,
  rhythm: 'sinus',
}
