/**
 * The JSON of a value; of a large one only the beginning, which has more than `room` characters. A set
 * and bytes become a list, a big integer a text. The work does not grow with the value.
 */
export function jsonBeginning(value: unknown, room: number): string {
  if (typeof value !== "object" && typeof value !== "string") return String(value);
  try {
    return JSON.stringify(beginningOf(value, { left: room, within: [] })) ?? "undefined";
  } catch {
    return "a value without a JSON form";
  }
}

interface Room {
  /** Each part takes at least one character of JSON. */
  left: number;
  /** The values that the present one is part of. */
  readonly within: readonly unknown[];
}

function beginningOf(value: unknown, room: Room): unknown {
  room.left--;
  if (typeof value === "bigint") return String(value);
  if (typeof value === "string") return beginningOfText(value, room);
  if (typeof value !== "object" || value === null || value instanceof Date) return value;
  if (room.within.includes(value)) throw new TypeError("A value contains itself");
  const inside = { left: room.left, within: [...room.within, value] };
  const copy = isList(value) ? beginningOfList(value, inside) : beginningOfTable(value, inside);
  room.left = inside.left;
  return copy;
}

function beginningOfText(text: string, room: Room): string {
  const begins = text.slice(0, Math.max(0, room.left) + 1);
  room.left -= begins.length;
  return begins;
}

function isList(value: object): value is Iterable<unknown> {
  return Array.isArray(value) || value instanceof Set || value instanceof Uint8Array;
}

function beginningOfList(list: Iterable<unknown>, room: Room): unknown[] {
  const copy: unknown[] = [];
  for (const part of list) {
    copy.push(beginningOf(part, room));
    if (room.left < 0) break;
  }
  return copy;
}

function beginningOfTable(table: object, room: Room): object {
  const copy: [name: string, value: unknown][] = [];
  for (const name in table) {
    if (!Object.hasOwn(table, name)) continue;
    copy.push([beginningOfText(name, room), beginningOf(Reflect.get(table, name), room)]);
    if (room.left < 0) break;
  }
  return Object.fromEntries(copy);
}
