import { type InputTable, ownField } from "../../input/input.ts";
import type { SecretReference } from "./deep-check.ts";
import { hasPrivateKey } from "./private-key.ts";

/**
 * Names as AWS allows them. Sources: Secrets Manager API Reference, CreateSecret; Systems Manager API
 * Reference, PutParameter. A path is any text that fits into a line.
 */
const REFERENCE =
  /^(?:secretsmanager:[\w/+=.@-]{1,512}|ssm:[\w./-]{1,1011}|file:[^\p{Cc}{}]{1,1000})$/u;

const EXAMPLES = '"secretsmanager:NAME", "ssm:NAME" or "file:PATH"';
const REFERENCE_RULE = `is not the name of a secret, as in ${EXAMPLES}`;

/** The rule of private material that is in a task; its value is never shown. */
export const PRIVATE_RULE = `has a private key, which must not be in a task: name a secret, as in ${EXAMPLES}`;

/** Whether a text names private material. */
export function isReference(text: unknown): text is SecretReference {
  return typeof text === "string" && REFERENCE.test(text);
}

/** Reads a reference. What is written instead may be private, so no problem shows it. */
export function readReference(item: InputTable, name: string): SecretReference | undefined {
  const value = ownField(item.fields, name);
  if (value === undefined || isReference(value)) return value;
  const isKey = typeof value === "string" && hasPrivateKey(value);
  item.report(`${item.path}${name}`, isKey ? PRIVATE_RULE : REFERENCE_RULE);
  return undefined;
}
