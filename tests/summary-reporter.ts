/** Leaves what a run came to as JSON at `VITALWIRE_TEST_RESULTS`, for the last lines of `npm test`. */
import { writeFileSync } from 'node:fs'
import type { Reporter, SerializedError, TestCase, TestModule, TestSuite } from 'vitest/node'

interface Summary {
  passed: number
  readonly skipped: { readonly name: string; readonly reason: string }[]
  readonly failures: { readonly name: string; readonly message: string }[]
}

const messageOf = (errors: readonly { readonly message?: string }[]): string =>
  errors.map((error) => error.message ?? 'no message').join('\n')

/** A whole suite that is skipped has no note: it says `… (needs …)` or `… (skipped where: …)` in its name. */
const reasonInTitle = (name: string): string | undefined => /\((?:skipped where: )?([^()]+)\)/.exec(name)?.[1]

export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const summary: Summary = { passed: 0, skipped: [], failures: [] }
    for (const module of modules) {
      const file = module.relativeModuleId
      for (const test of module.children.allTests()) this.#add(summary, file, test)
      // A file that cannot be loaded, or a suite whose hooks fail, may hold no failed test at all.
      const broken: (TestModule | TestSuite)[] = [module, ...module.children.allSuites()]
      for (const part of broken) {
        const errors = part.errors()
        const name = part.type === 'suite' ? `${file} › ${part.fullName}` : file
        if (errors.length > 0) summary.failures.push({ name, message: messageOf(errors) })
      }
    }
    for (const error of unhandled) {
      summary.failures.push({ name: 'an error that no test caught', message: messageOf([error]) })
    }
    const path = process.env['VITALWIRE_TEST_RESULTS']
    if (path) writeFileSync(path, JSON.stringify(summary))
  }

  #add(summary: Summary, file: string, test: TestCase): void {
    const result = test.result()
    const name = `${file} › ${test.fullName}`
    if (result.state === 'passed') summary.passed++
    else if (result.state === 'skipped')
      summary.skipped.push({
        name,
        reason: result.note ?? reasonInTitle(test.fullName) ?? `${name}: no reason stated`,
      })
    else if (result.state === 'failed')
      summary.failures.push({ name, message: messageOf(result.errors ?? []) })
    else summary.failures.push({ name, message: 'never came to an end' })
  }
}
