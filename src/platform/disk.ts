import { statfs } from 'node:fs/promises'

export interface DiskSpace {
  readonly freeBytes: number
  readonly totalBytes: number
}

/** Of the disk that holds `directory`; free is what an ordinary user may still take. */
export async function diskSpace(directory: string): Promise<DiskSpace> {
  const disk = await statfs(directory)
  return { freeBytes: disk.bavail * disk.bsize, totalBytes: disk.blocks * disk.bsize }
}
