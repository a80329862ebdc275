import type { AttributeValue } from "@aws-sdk/client-dynamodb";

/**
 * An item's attributes as plain values; it never throws. Unlike the SDK's `unmarshall` it keeps every
 * name as an own field, `__proto__` too. A number that JavaScript can't hold becomes the nearest one,
 * and a value of an unknown type stays as it is, so that its reader refuses it by its name.
 */
export function toPlainItem(item: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const fields = Object.entries(item).map(([name, value]) => [name, toPlainValue(value)]);
  return Object.fromEntries(fields);
}

// The client's types say that there is a value. It loses the one of a `__proto__` at the top.
function toPlainValue(attribute: unknown): unknown {
  const { S, N, BOOL, NULL, M, L, SS, NS, B, BS }: Partial<AttributeValue> = Object(attribute);
  if (S !== undefined) return S;
  if (N !== undefined) return Number(N);
  if (BOOL !== undefined) return BOOL;
  if (NULL !== undefined) return null;
  if (M !== undefined) return toPlainItem(M);
  if (L !== undefined) return L.map(toPlainValue);
  if (SS !== undefined) return new Set(SS);
  if (NS !== undefined) return new Set(NS.map(Number));
  return B ?? (BS === undefined ? attribute : new Set(BS));
}
