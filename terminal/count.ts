/** A number with its noun: `1 task`, `2 tasks`; `many` is the plural if it needs more than an s. */
export function showCount(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
