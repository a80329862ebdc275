import { isFields } from "../input/input.ts";

/**
 * DynamoDB's JSON, as the AWS CLI prints and takes it: each value in an object with the one key
 * of its type. Source: "DynamoDB low-level API", Amazon DynamoDB Developer Guide.
 */
const DECODERS: Readonly<Record<string, (value: unknown) => unknown>> = {
  S: (text) => text,
  N: toNumber,
  B: (base64) => base64,
  BOOL: (flag) => flag,
  NULL: () => null,
  M: (fields) => (isFields(fields) ? decodeItem(fields) : fields),
  L: (list) => (Array.isArray(list) ? list.map(decodeValue) : list),
  SS: (texts) => texts,
  NS: (list) => (Array.isArray(list) ? list.map(toNumber) : list),
  BS: (list) => list,
};

/** Whether a value is a DynamoDB item: it has attributes, and all of them are typed. */
export function isDynamodbItem(value: unknown): value is Readonly<Record<string, unknown>> {
  if (!isFields(value)) return false;
  const attributes = Object.values(value);
  return attributes.length > 0 && attributes.every((attribute) => typeOf(attribute) !== null);
}

/** The plain fields of an item. A value that does not fit its type stays, and the parser refuses it. */
export function decodeItem(item: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const fields = Object.entries(item).map(([name, value]) => [name, decodeValue(value)]);
  return Object.fromEntries(fields);
}

function decodeValue(attribute: unknown): unknown {
  const type = typeOf(attribute);
  if (type === null || !isFields(attribute)) return attribute;
  return DECODERS[type]?.(attribute[type]);
}

function typeOf(attribute: unknown): string | null {
  if (!isFields(attribute)) return null;
  const [type, ...others] = Object.keys(attribute);
  const isTyped = type !== undefined && others.length === 0 && Object.hasOwn(DECODERS, type);
  return isTyped ? type : null;
}

/** DynamoDB writes numbers as text. */
function toNumber(text: unknown): unknown {
  const isNumber = typeof text === "string" && /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text);
  return isNumber ? Number(text) : text;
}
