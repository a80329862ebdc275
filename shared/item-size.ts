/** The size up to which DynamoDB bills a write as one unit. */
export const WRITE_UNIT_BYTES = 1_024;

/** The size up to which DynamoDB bills a strong read as one unit. */
export const READ_UNIT_BYTES = 4_096;

/** The most that an item may take, its names included. */
export const MAX_ITEM_BYTES = 400 * 1_024;

/** What DynamoDB adds to the size of each item when it bills storage. */
export const STORED_ITEM_OVERHEAD_BYTES = 100;

/**
 * Bytes that DynamoDB counts for an item of plain values: names and values; a number is half a byte
 * a significant digit and one; a list or map three, and one for each element.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
 */
export function itemSize(item: Readonly<Record<string, unknown>>): number {
  return Object.entries(item).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + sizeOf(value),
    0,
  );
}

function sizeOf(value: unknown): number {
  if (typeof value === "string") return Buffer.byteLength(value);
  if (typeof value === "number") return Math.ceil(significantDigits(value) / 2) + 1;
  if (typeof value === "boolean" || value === null) return 1;
  if (value instanceof Uint8Array) return value.length;
  if (Array.isArray(value)) return value.reduce((sum: number, one) => sum + 1 + sizeOf(one), 3);
  if (typeof value !== "object") throw new Error(`DynamoDB has no type for ${typeof value}`);
  const map: Readonly<Record<string, unknown>> = { ...value };
  return 3 + Object.keys(map).length + itemSize(map);
}

function significantDigits(value: number): number {
  const thousandths = Math.round(Math.abs(value) * 1_000);
  const isShort = thousandths < 2 ** 31 && thousandths / 1_000 === Math.abs(value);
  return isShort ? digitsOf(thousandths) : printedDigits(value);
}

/** The digits of a whole number without the zeros at its end; quicker than through its text. */
function digitsOf(whole: number): number {
  let rest = whole;
  while (rest !== 0 && rest % 10 === 0) rest /= 10;
  let count = 0;
  for (; rest >= 1; rest = Math.floor(rest / 10)) count++;
  return count;
}

function printedDigits(value: number): number {
  const [digits = ""] = String(Math.abs(value)).split("e");
  return digits.replace(".", "").replace(/^0+|0+$/g, "").length;
}

/** Units of one write of an item: at least one, even if its condition fails. */
export function writeUnits(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / WRITE_UNIT_BYTES));
}

/** Units of one read of an item, or of all items that a Query or Scan reads: at least one block. */
export function readUnits(bytes: number, consistency: "strong" | "eventual"): number {
  const blocks = Math.max(1, Math.ceil(bytes / READ_UNIT_BYTES));
  return consistency === "strong" ? blocks : blocks / 2;
}
