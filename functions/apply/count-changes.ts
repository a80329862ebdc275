/** Lists of whatever is added, changed, removed and kept. */
type Counted = Readonly<Record<"add" | "change" | "remove" | "keep", readonly unknown[]>>;

/** The changes in numbers: `1 added, 0 changed, 2 removed`; tasks that are kept only if there are any. */
export function countChanges({ add, change, remove, keep }: Counted): string {
  const counts = [`${add.length} added`, `${change.length} changed`, `${remove.length} removed`];
  return [...counts, ...(keep.length > 0 ? [`${keep.length} kept`] : [])].join(", ");
}
