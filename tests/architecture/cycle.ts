/** A way that ends where it began, or undefined. Depth first; a node that was left holds no cycle. */
export function findCycle(edges: ReadonlyMap<string, readonly string[]>): readonly string[] | undefined {
  const left = new Set<string>()
  const way: string[] = []
  function visit(node: string): readonly string[] | undefined {
    if (left.has(node)) return undefined
    const at = way.indexOf(node)
    if (at >= 0) return [...way.slice(at), node]
    way.push(node)
    for (const next of edges.get(node) ?? []) {
      const cycle = visit(next)
      if (cycle) return cycle
    }
    way.pop()
    left.add(node)
    return undefined
  }
  for (const node of edges.keys()) {
    const cycle = visit(node)
    if (cycle) return cycle
  }
  return undefined
}
