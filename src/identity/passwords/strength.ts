/**
 * NIST SP 800-63B-4 3.1.1.2: length counts, composition rules do not, and what everybody tries first is refused. With twelve
 * characters the lists of common passwords shrink to a few words, said twice or dressed with figures; those are undressed
 * here and looked at, instead of carrying a list of a million that are too short anyway.
 */
export type Weakness = 'too-short' | 'too-long' | 'too-plain' | 'common' | 'about-you'

export const passwordLengths = { least: 12, most: 256 } as const
const fewestDifferent = 5
/** What is left when the common parts are taken out must itself be this long. */
const leastOwn = 5

const rows = ['abcdefghijklmnopqrstuvwxyz', '01234567890', 'qwertyuiop', 'asdfghjkl', 'zxcvbnm', 'qwertzuiop']
const shortestRun = 3
const words = [
  ...[
    'password',
    'passwort',
    'passw0rd',
    'passphrase',
    'pass',
    'word',
    'secret',
    'geheim',
    'letmein',
    'welcome',
  ],
  ...['willkommen', 'changeme', 'default', 'admin', 'administrator', 'root', 'user', 'login', 'test', 'demo'],
  ...[
    'guest',
    'iloveyou',
    'love',
    'monkey',
    'dragon',
    'football',
    'baseball',
    'sunshine',
    'princess',
    'superman',
  ],
  ...['batman', 'master', 'shadow', 'michael', 'jennifer', 'trustno', 'starwars', 'whatever', 'computer'],
  ...['hospital', 'krankenhaus', 'klinik', 'clinic', 'nurse', 'doctor', 'patient', 'health', 'vitalwire'],
  ...[
    'summer',
    'winter',
    'spring',
    'autumn',
    'sommer',
    'herbst',
    'monday',
    'january',
    'december',
    'hello',
    'hallo',
  ],
].sort((a, b) => b.length - a.length)

const dress: Readonly<Record<string, string>> = {
  '@': 'a',
  $: 's',
  '!': 'i',
  '0': 'o',
  '1': 'l',
  '3': 'e',
  '5': 's',
}

/** Without runs of the alphabet or the keyboard, forwards or backwards. */
function withoutRuns(text: string): string {
  let rest = text
  for (const row of [...rows, ...rows.map((one) => [...one].reverse().join(''))]) {
    for (let length = Math.min(row.length, rest.length); length >= shortestRun; length -= 1) {
      for (let from = 0; from + length <= row.length; from += 1) {
        rest = rest.replaceAll(row.slice(from, from + length), '')
      }
    }
  }
  return rest
}
const without = (text: string, parts: readonly string[]): string =>
  parts.reduce((rest, part) => rest.replaceAll(part, ''), text)
const undressed = (text: string): string => [...text].map((letter) => dress[letter] ?? letter).join('')
const own = (text: string, parts: readonly string[]): number =>
  without(text, parts).replace(/[^\p{L}]/gu, '').length

/** Undefined where it is strong enough. `about` is what anyone knows of the person: address and name. */
export function weaknessOf(password: string, about: readonly string[] = []): Weakness | undefined {
  const text = password.normalize('NFKC').toLowerCase()
  const letters = [...text]
  if (letters.length < passwordLengths.least) return 'too-short'
  if (letters.length > passwordLengths.most) return 'too-long'
  if (new Set(letters).size < fewestDifferent) return 'too-plain'
  const rest = withoutRuns(text)
  if ([...rest].length < leastOwn) return 'too-plain'
  // Figures alone are a date or a number; letters are looked at as they stand and as they are meant.
  const digitsOnly = /^\d+$/.test(text)
  const isCommon = [rest, undressed(rest)].some((one) => {
    const left = without(one, words)
    return left.length < one.length && left.replace(/[^\p{L}]/gu, '').length < leastOwn
  })
  if (isCommon) return 'common'
  const known = about
    .flatMap((one) => one.toLowerCase().split(/[^\p{L}\p{N}]+/u))
    .filter((part) => part.length >= 3)
    .sort((a, b) => b.length - a.length)
  if (!digitsOnly && own(text, known) < leastOwn && without(text, known) !== text) return 'about-you'
  return undefined
}

export const weaknessText: Readonly<Record<Weakness, string>> = {
  'too-short': `must have at least ${passwordLengths.least} characters`,
  'too-long': `must have at most ${passwordLengths.most} characters`,
  'too-plain': 'repeats a few characters or runs along the keyboard',
  common: 'is one of those that are tried first; take several words that do not belong together',
  'about-you': 'is made of your name or address',
}
