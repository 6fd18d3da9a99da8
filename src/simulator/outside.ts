/** The simulator is a process of its own: here, and only here, it touches clock, timers, streams and its parent. */
export interface Outside {
  /** Seconds since 1970. */
  nowS(): number
  /** Monotonic. */
  elapsedMs(): number
  /** Calls once; the answer cancels. */
  after(delayMs: number, run: () => void): () => void
}

export const outside: Outside = {
  nowS: () => Date.now() / 1_000,
  elapsedMs: () => performance.now(),
  after(delayMs, run) {
    const timer = setTimeout(run, Math.max(0, delayMs))
    return () => clearTimeout(timer)
  },
}

export const printLine = (line: string): void => {
  process.stdout.write(`${line}\n`)
}

/** One line of JSON on standard error: codes, ids and counts, never a value or a secret. */
export const printError = (fields: Readonly<Record<string, unknown>>): void => {
  process.stderr.write(`${JSON.stringify({ level: 'error', ...fields })}\n`)
}

/** Hour of the local day, 0 ≤ h < 24. */
export function localHour(nowS: number): number {
  const now = new Date(nowS * 1_000)
  return now.getHours() + now.getMinutes() / 60
}

/** Calls once when told to stop, or when the process that started this one is gone. */
export function onStop(stop: () => void): void {
  let stopped = false
  const once = () => {
    if (!stopped) {
      stopped = true
      stop()
    }
  }
  process.on('SIGTERM', once)
  process.on('SIGINT', once)
  const parent = process.ppid
  const watch = setInterval(() => {
    if (process.ppid !== parent) once()
  }, 1_000)
  watch.unref()
}

/**
 * The document on standard input: everything up to the end, or the first line that parses while the stream stays
 * open. In the second case the starter holds the stream as a lifeline: `onLifelineCut` is called when it closes.
 */
export function readDocument(onLifelineCut: () => void): Promise<string> {
  return new Promise((resolve) => {
    let text = ''
    let answered = false
    let lifeline = false
    const answer = () => {
      if (answered) return
      answered = true
      resolve(text)
      // An end within this moment was only the end of the document, as from `echo … |`.
      setTimeout(() => {
        lifeline = true
      }, 250).unref()
    }
    process.stdin.setEncoding('utf8')
    process.stdin.on('data', (part: string) => {
      if (answered) return
      text += part
      if (part.endsWith('\n') && isJson(text)) answer()
    })
    process.stdin.on('end', () => {
      answer()
      if (lifeline) onLifelineCut()
    })
  })
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
