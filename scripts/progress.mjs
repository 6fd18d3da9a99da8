/**
 * A long step shows that it lives: a counting line on a terminal, plain lines elsewhere.
 * @template T
 * @param {string} what in words: "building the web app"
 * @param {{ quiet?: boolean }} options quiet: a word only after three seconds
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function step(what, { quiet = false }, work) {
  const out = process.stderr
  const startedMs = performance.now()
  const seconds = () => Math.round((performance.now() - startedMs) / 1_000)
  let announced = false
  const announce = () => {
    announced = true
    if (!out.isTTY) out.write(`${what} …\n`)
  }
  if (!quiet) announce()
  const timer = setInterval(
    () => {
      if (seconds() < (quiet ? 3 : 0)) return
      if (!announced) announce()
      if (out.isTTY) out.write(`\r${what} … ${seconds()} s `)
      else out.write(`${what} … ${seconds()} s\n`)
    },
    out.isTTY ? 200 : 15_000,
  )
  try {
    const result = await work()
    if (announced) out.write(`${out.isTTY ? '\r' : ''}${what}: done in ${seconds()} s \n`)
    return result
  } catch (error) {
    if (announced) out.write(`${out.isTTY ? '\r' : ''}${what}: failed after ${seconds()} s \n`)
    throw error
  } finally {
    clearInterval(timer)
  }
}
