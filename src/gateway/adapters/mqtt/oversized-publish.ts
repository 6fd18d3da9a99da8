/**
 * A PUBLISH (3.1.1 §3.3) that was too large, cut to its first bytes: quality of service and packet id stay, the topic
 * becomes `$oversized/<payload bytes>/<topic>`. A device that publishes to such a topic by itself only quarantines itself.
 */
const prefix = '$oversized'
const qosMask = 0x06
const dupMask = 0x08

/**
 * @param head the first bytes behind the fixed header: topic, id, and of the payload what is kept
 * @param bodyBytes what the fixed header announced
 * @returns undefined where the head is no PUBLISH
 */
export function cutPublish(firstByte: number, head: Buffer, bodyBytes: number): Buffer | undefined {
  if (head.length < 2) return undefined
  const topicBytes = head.readUInt16BE(0)
  const idBytes = firstByte & qosMask ? 2 : 0
  const begin = 2 + topicBytes + idBytes
  if (begin > head.length) return undefined
  const topic = Buffer.concat([
    Buffer.from(`${prefix}/${bodyBytes - begin}/`),
    head.subarray(2, 2 + topicBytes),
  ])
  if (topic.length > 0xffff) return undefined
  const topicLength = Buffer.alloc(2)
  topicLength.writeUInt16BE(topic.length)
  const body = Buffer.concat([topicLength, topic, head.subarray(2 + topicBytes)])
  // RETAIN is dropped: a piece of a message is nothing to keep.
  const first = (firstByte & 0xf0) | (firstByte & (qosMask | dupMask))
  return Buffer.concat([Buffer.from([first, ...remainingLength(body.length)]), body])
}

/** Size and topic of the packet that was cut; undefined for any other topic. */
export function readOversized(topic: string): { topic: string; payloadBytes: number } | undefined {
  const match = /^\$oversized\/(\d{1,9})\/(.*)$/s.exec(topic)
  return match ? { payloadBytes: Number(match[1]), topic: match[2]! } : undefined
}

/** §2.2.3: seven bits a byte, lowest first, the top bit while more follow. */
function remainingLength(length: number): number[] {
  const bytes: number[] = []
  let rest = length
  do {
    const low = rest % 128
    rest = Math.floor(rest / 128)
    bytes.push(rest > 0 ? low | 0x80 : low)
  } while (rest > 0)
  return bytes
}
