import { ByteReader, ByteWriter } from "../../chunk/chunk.ts";
import { BitDecoder, BitEncoder, type Chances, evenChances } from "./range-coder.ts";

/** Beyond any number of a summary; its zigzag is still a safe integer. */
const MAX_NUMBER = 2 ** 50;

/** More numbers than any item has. */
const MOST_NUMBERS = 4_000_000;

const CLASS_BITS = 6;
/** Of a number's bits after the first so many have a probability; the others are noise. */
const LEADING_BITS = 2;

/** What a number of a column probably is: whether it is zero, how many bits it has, and the first ones. */
interface Model {
  readonly isZero: Chances;
  readonly classes: Chances;
  readonly leading: Chances;
}

function newModel(): Model {
  return {
    isZero: evenChances(2),
    classes: evenChances(2 ** CLASS_BITS),
    leading: evenChances(2 ** (CLASS_BITS + LEADING_BITS)),
  };
}

/** The numbers of a column, of which every so manieth is alike. */
export interface NumberColumn {
  readonly period: number;
  readonly values: readonly number[];
}

/** Columns of whole numbers from 0 as bytes; throws on others. */
export function encodeNumbers(columns: readonly NumberColumn[]): Uint8Array {
  const head = new ByteWriter();
  const bits = new BitEncoder();
  for (const { period, values } of columns) {
    head.varint(values.length);
    const models = Array.from({ length: period }, newModel);
    const wasZero = new Uint8Array(period);
    values.forEach((value, i) => {
      const [model, phase] = [models[i % period] ?? newModel(), i % period];
      encodeNumber(bits, model, wasZero[phase] ?? 0, checked(value));
      wasZero[phase] = value === 0 ? 1 : 0;
    });
  }
  head.bytes(bits.finish());
  return head.finish();
}

function checked(value: number): number {
  if (Number.isInteger(value) && value >= 0 && value <= 2 * MAX_NUMBER) return value;
  throw new Error(`Packed summaries can't hold ${value}`);
}

function encodeNumber(bits: BitEncoder, model: Model, wasZero: number, value: number): void {
  bits.bit(model.isZero, wasZero, value === 0 ? 1 : 0);
  if (value === 0) return;
  const length = lengthOf(value);
  let node = 1;
  for (let i = CLASS_BITS - 1; i >= 0; i--) {
    const bit = (length >> i) & 1;
    bits.bit(model.classes, node, bit);
    node = node * 2 + bit;
  }
  const leading = Math.min(LEADING_BITS, length - 1);
  const rest = length - 1 - leading;
  const top = Math.floor(value / 2 ** rest) - 2 ** leading;
  let branch = 1;
  for (let i = leading - 1; i >= 0; i--) {
    const bit = (top >> i) & 1;
    bits.bit(model.leading, length * 2 ** LEADING_BITS + branch, bit);
    branch = branch * 2 + bit;
  }
  bits.even(value % 2 ** rest, rest);
}

function lengthOf(value: number): number {
  const high = Math.floor(value / 2 ** 32);
  return high > 0 ? 64 - Math.clz32(high) : 32 - Math.clz32(value);
}

/** The columns of `encodeNumbers`, given their periods. */
export function decodeNumbers(bytes: Uint8Array, periods: readonly number[]): Float64Array[] {
  const head = new ByteReader(bytes);
  const counts = periods.map(() => head.varint());
  if (counts.reduce((sum, count) => sum + count, 0) > MOST_NUMBERS)
    throw new Error("Packed summaries have too many numbers");
  const bits = new BitDecoder(head.bytes(head.remaining));
  return periods.map((period, column) => {
    const models = Array.from({ length: period }, newModel);
    const values = new Float64Array(counts[column] ?? 0);
    for (let i = 0; i < values.length; i++) {
      const wasZero = i >= period && values[i - period] === 0 ? 1 : 0;
      values[i] = decodeNumber(bits, models[i % period] ?? newModel(), wasZero);
    }
    return values;
  });
}

function decodeNumber(bits: BitDecoder, model: Model, wasZero: number): number {
  if (bits.bit(model.isZero, wasZero) === 1) return 0;
  let node = 1;
  for (let i = 0; i < CLASS_BITS; i++) node = node * 2 + bits.bit(model.classes, node);
  const length = node - 2 ** CLASS_BITS;
  const leading = Math.min(LEADING_BITS, length - 1);
  let branch = 1;
  for (let i = 0; i < leading; i++) {
    branch = branch * 2 + bits.bit(model.leading, length * 2 ** LEADING_BITS + branch);
  }
  const rest = length - 1 - leading;
  return branch * 2 ** rest + bits.even(rest);
}
