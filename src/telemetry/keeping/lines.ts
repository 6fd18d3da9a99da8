/** Far beyond any block, so that a file of something else does not fill the memory. */
const longestLine = 64 << 20

/** The lines of a stream of text, without their ends; the last may lack its end. */
export async function* linesOf(
  chunks: AsyncIterable<string>,
  tooLong: (line: number) => Error,
): AsyncGenerator<string> {
  let rest: string[] = []
  let length = 0
  let number = 0
  for await (const chunk of chunks) {
    let from = 0
    for (let at = chunk.indexOf('\n'); at >= 0; at = chunk.indexOf('\n', from)) {
      number++
      yield rest.join('') + chunk.slice(from, at)
      rest = []
      length = 0
      from = at + 1
    }
    if (from === chunk.length) continue
    rest.push(chunk.slice(from))
    length += chunk.length - from
    if (length > longestLine) throw tooLong(number + 1)
  }
  if (rest.length > 0) yield rest.join('')
}
