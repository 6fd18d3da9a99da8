/** Starts every alarm's flash at the same instant of the document's timeline, so that the ward blinks as one. */
export function keepFlashesInStep(root: Document): void {
  root.addEventListener('animationstart', (event) => {
    if (event.animationName !== 'flash-fill' || !(event.target instanceof Element)) return
    for (const animation of event.target.getAnimations()) animation.startTime = 0
  })
}
