import type { DeepCheck, DialogueStep, SecretReference } from "./deep-check.ts";
import { isReference } from "./references.ts";
import { templateParts } from "./template.ts";

/** All private material that a task names, each once. */
export function referencesOf(deep: DeepCheck): readonly SecretReference[] {
  const { tls, dialogue, hold } = deep;
  if (tls === undefined && dialogue === undefined && hold === undefined) return NONE;
  const named = [tls?.ca, tls?.clientCertificate, tls?.clientKey].filter(isReference);
  const steps = [dialogue?.steps, hold?.keepalive?.steps, hold?.goodbye].flatMap(
    (list) => list ?? [],
  );
  return [...new Set([...named, ...steps.flatMap(secretsIn)])];
}

const NONE: readonly SecretReference[] = [];

/** The secrets that a step sends. */
export function secretsIn(step: DialogueStep): readonly SecretReference[] {
  if (step.kind !== "send") return NONE;
  return templateParts(step.text).flatMap((part) => (part.kind === "secret" ? part.reference : []));
}
