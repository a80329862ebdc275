import { ByteReader, ByteWriter, openPayload, sealPayload } from "../chunk/chunk.ts";

const NAMES_FORMAT = 1;

/** Names as bytes, in their order. */
export function packNames(names: readonly string[]): Uint8Array {
  const bytes = new ByteWriter();
  bytes.varint(NAMES_FORMAT);
  bytes.varint(names.length);
  for (const name of names) bytes.text(name);
  return sealPayload(bytes.finish());
}

/** The names in these bytes; throws if they are damaged or of a later format. */
export function unpackNames(packed: Uint8Array): string[] {
  const bytes = new ByteReader(openPayload(packed));
  const format = bytes.varint();
  if (format !== NAMES_FORMAT) throw new Error(`Names format ${format} is not supported`);
  const names: string[] = [];
  for (let left = bytes.varint(); left > 0; left--) names.push(bytes.text());
  bytes.expectEnd();
  return names;
}
