/** The name that was probably meant: a few typing errors away, or without its unit; else null. */
export function nearestName(given: string, names: readonly string[]): string | null {
  const allowed = Math.max(1, Math.floor(given.length / 4));
  const near = names
    .filter((name) => Math.abs(name.length - given.length) <= allowed)
    .map((name) => ({ name, edits: editsBetween(given.toLowerCase(), name.toLowerCase()) }))
    .filter(({ edits }) => edits <= allowed)
    .sort((a, b) => a.edits - b.edits)[0];
  return near?.name ?? names.find((name) => name.startsWith(`${given}_`)) ?? null;
}

/** Edit distance; two neighbours that are swapped count once (optimal string alignment). */
function editsBetween(a: string, b: string): number {
  let before: number[] = [];
  let last = [...Array(b.length + 1).keys()];
  for (let i = 1; i <= a.length; i++) {
    const row = nextRow([before, last], { a, i, b });
    before = last;
    last = row;
  }
  return last[b.length] ?? 0;
}

/** The texts, and how much of `a` the row is about. */
interface Row {
  readonly a: string;
  readonly i: number;
  readonly b: string;
}

/** The row after the last two. */
function nextRow(
  [before, last]: readonly [readonly number[], readonly number[]],
  { a, i, b }: Row,
): number[] {
  const row = [i];
  for (let j = 1; j <= b.length; j++) {
    const same = a[i - 1] === b[j - 1];
    const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
    row.push(
      Math.min(
        at(last, j) + 1,
        at(row, j - 1) + 1,
        at(last, j - 1) + (same ? 0 : 1),
        swapped ? at(before, j - 2) + 1 : Number.POSITIVE_INFINITY,
      ),
    );
  }
  return row;
}

function at(row: readonly number[], j: number): number {
  return row[j] ?? Number.POSITIVE_INFINITY;
}
