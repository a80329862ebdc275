import type { AttributeValue } from "@aws-sdk/client-dynamodb";

/**
 * Bytes that DynamoDB counts for an item: names and values; a number is half a byte a significant
 * digit and one; a list or map three, and one for each element.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
 */
export function itemSize(item: Readonly<Record<string, AttributeValue>>): number {
  return Object.entries(item).reduce((sum, [name, value]) => sum + bytes(name) + sizeOf(value), 0);
}

function sizeOf(value: AttributeValue): number {
  if (value.S !== undefined) return bytes(value.S);
  if (value.N !== undefined) return Math.ceil(significantDigits(value.N) / 2) + 1;
  if (value.L !== undefined) return value.L.reduce((sum, each) => sum + 1 + sizeOf(each), 3);
  if (value.M !== undefined) return 3 + Object.keys(value.M).length + itemSize(value.M);
  if (value.B !== undefined) return value.B.length;
  if (value.BOOL !== undefined || value.NULL !== undefined) return 1;
  throw new Error(`Unexpected attribute type ${Object.keys(value).join()}`);
}

function significantDigits(number: string): number {
  return number.replace(/[-.]/g, "").replace(/^0+|0+$/g, "").length;
}

function bytes(text: string): number {
  return Buffer.byteLength(text);
}
