import { type InputTable, isFields, ownField, refuse, refuseUnknown } from "../../input/input.ts";
import { unescapeText } from "./escapes.ts";
import { hasPrivateKey } from "./private-key.ts";
import { PRIVATE_RULE } from "./references.ts";
import { hasOpenPlace, isLabelName, templateParts } from "./template.ts";

const MOST_SENT_BYTES = 4_096;
const MOST_MARK_BYTES = 256;

/** Reads the text of `send`, without its escapes and with its places, which must be known. */
export function readSendText(step: InputTable, labels: ReadonlySet<string>): string | undefined {
  const text = readEscaped(step, "send", MOST_SENT_BYTES);
  if (text === undefined) return undefined;
  const rule = hasPrivateKey(text) ? PRIVATE_RULE : brokenPlace(text, labels);
  return rule === null ? text : refuse(step, "send", rule);
}

/** Reads bytes in hex. */
export function readHex(
  item: InputTable,
  name: string,
  mostBytes = MOST_SENT_BYTES,
): string | undefined {
  const value = ownField(item.fields, name);
  const isHex = typeof value === "string" && /^(?:[\da-f]{2})+$/i.test(value);
  if (isHex && value.length <= 2 * mostBytes) return value.toLowerCase();
  return refuse(item, name, `must be 1 to ${mostBytes} bytes in hex, two digits each`);
}

/** Reads `reconnect_on`, a text with escapes or `{ hex }`, as hex. */
export function readMark(item: InputTable, name: string): string | undefined {
  const value = ownField(item.fields, name);
  if (value === undefined) return undefined;
  if (isFields(value)) {
    const table = { fields: value, path: `${item.path}${name}.`, report: item.report };
    refuseUnknown(table, ["hex"], name);
    return readHex(table, "hex", MOST_MARK_BYTES);
  }
  const text = readEscaped(item, name, MOST_MARK_BYTES);
  return text === undefined ? undefined : Buffer.from(text).toString("hex");
}

function readEscaped(item: InputTable, name: string, mostBytes: number): string | undefined {
  const value = ownField(item.fields, name);
  const isText = typeof value === "string" && value.isWellFormed();
  const read = isText && value.length <= 4 * mostBytes ? unescapeText(value) : { text: "" };
  if (read.rule !== undefined) return refuse(item, name, read.rule);
  const byteCount = Buffer.byteLength(read.text);
  if (byteCount >= 1 && byteCount <= mostBytes) return read.text;
  return refuse(item, name, `must be text of 1 to ${mostBytes} bytes`);
}

function brokenPlace(text: string, labels: ReadonlySet<string>): string | null {
  const literal = 'write "$${" for a literal "${"';
  if (hasOpenPlace(text)) return `has a "\${" without its "}": ${literal}`;
  for (const part of templateParts(text)) {
    if (part.kind !== "label" || labels.has(part.label)) continue;
    const { label } = part;
    if (!isLabelName(label))
      return `has a "\${…}" that names neither a label nor a secret: ${literal}`;
    return `has "\${${label}}", which no earlier expect captures: ${literal}`;
  }
  return null;
}
