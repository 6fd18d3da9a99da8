/** The board's final layout without anything in it yet. */
export function BoardSkeleton() {
  return (
    <div className="board" aria-hidden="true">
      <div className="board-tools" />
      <div className="board-grid" data-mode="comfortable">
        {Array.from({ length: 12 }, (_, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: placeholders have no identity.
          <div className="tile tile-skeleton" key={i} />
        ))}
      </div>
    </div>
  )
}
