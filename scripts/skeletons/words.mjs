/** `spo2-very-low` → `Spo2 very low` */
export const sentence = (id) => id.charAt(0).toUpperCase() + id.slice(1).replaceAll('-', ' ')

/** `spo2-very-low` → `spo2VeryLow` */
export const camel = (id) => id.replace(/-(\w)/g, (_all, letter) => letter.toUpperCase())

/** `spo2-very-low` → `Spo2VeryLow` */
export const pascal = (id) => camel(`-${id}`)
