/** Systolic over diastolic, the mean in brackets: `100/69 (79)`. What is missing is a dash. */
export function pressureText(
  systolic: number | null | undefined,
  diastolic: number | null | undefined,
  mean: number | null | undefined,
): string {
  const whole = (value: number | null | undefined): string => (value == null ? '–' : value.toFixed(0))
  return `${whole(systolic)}/${whole(diastolic)}${mean == null ? '' : ` (${whole(mean)})`}`
}
