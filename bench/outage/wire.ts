/** An attribute as it goes over the wire; a binary is base64. */
export type WireValue = Readonly<Record<string, unknown>>;
export type WireItem = Readonly<Record<string, WireValue>>;

/** Bytes that DynamoDB counts for an item on the wire, by the rules of `shared/item-size.ts`. */
export function wireBytes(item: WireItem): number {
  let sum = 0;
  for (const [name, value] of Object.entries(item)) sum += Buffer.byteLength(name) + sizeOf(value);
  return sum;
}

function sizeOf(value: WireValue): number {
  const [[type, content] = ["", null]] = Object.entries(value);
  if (type === "S") return Buffer.byteLength(String(content));
  if (type === "N") return Math.ceil(String(content).replace(/[-.]|0+$/g, "").length / 2) + 1;
  if (type === "B") return Math.floor((String(content).length * 3) / 4);
  if (type === "L") return (content as WireValue[]).reduce((sum, one) => sum + 1 + sizeOf(one), 3);
  if (type !== "M") return 1;
  const map = content as WireItem;
  return 3 + Object.keys(map).length + wireBytes(map);
}

/** A key attribute's text. */
export function textOf(value: WireValue | undefined): string {
  return String(value?.S ?? value?.N ?? "");
}

/** What the terms of a condition stand for. */
interface Terms {
  readonly names: Readonly<Record<string, string>>;
  readonly values: WireItem;
}

/** Decides the few forms of condition that the stores use: terms joined by AND, and these by OR. */
export function holds(expression: string, item: WireItem | undefined, terms: Terms): boolean {
  return expression
    .split(" OR ")
    .some((all) => all.split(" AND ").every((term) => holdsTerm(term, item, terms)));
}

function holdsTerm(term: string, item: WireItem | undefined, { names, values }: Terms): boolean {
  const fieldOf = (name = "") => item?.[names[name] ?? name];
  const absent = /^attribute_not_exists\((\S+)\)$/.exec(term);
  if (absent !== null) return fieldOf(absent[1]) === undefined;
  const untyped = /^NOT attribute_type\((\S+), (:\S+)\)$/.exec(term);
  if (untyped !== null) return !(textOf(values[untyped[2] ?? ""]) in (fieldOf(untyped[1]) ?? {}));
  const compared = /^(\S+) (=|<=|>) (:\S+)$/.exec(term);
  if (compared === null) throw new Error(`Not offered here: ${term}`);
  const [, name, sign, variable = ""] = compared;
  const [stored, wanted] = [fieldOf(name), values[variable]];
  if (stored === undefined || wanted === undefined) return false;
  if (sign === "=") return textOf(stored) === textOf(wanted);
  return sign === ">" ? Number(stored.N) > Number(wanted.N) : Number(stored.N) <= Number(wanted.N);
}
