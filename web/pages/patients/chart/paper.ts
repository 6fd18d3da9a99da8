/** CSS pixels of one second on ECG paper: 25 mm at 96 pixels an inch. */
export const pixelsPerSecond = 94.488
