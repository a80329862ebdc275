import type { DeepCheck } from "./deep-check.ts";

/** The need of a probe for each field of `DeepCheck`, by which an older probe knows that it can't run the task. */
const NEEDS: Readonly<Record<keyof DeepCheck, string>> = {
  tls: "tls",
  greeting: "greeting",
  dialogue: "dialogue",
  hold: "hold",
  retry: "retry",
  rateLimit: "rate_limit",
  addressing: "address_mode",
  phaseTimeouts: "phase_timeouts",
};

const DEEP_FIELDS = Object.keys(NEEDS) as readonly (keyof DeepCheck)[];

/** All needs that follow from fields of `DeepCheck`. */
export const DEEP_NEEDS: readonly string[] = Object.values(NEEDS);

/** The field `needs` of a task that asks for this; absent if it asks for nothing. */
export function needsOfDeep(deep: DeepCheck): { readonly needs?: readonly string[] } {
  const needs = DEEP_FIELDS.filter((field) => deep[field] !== undefined).map((f) => NEEDS[f]);
  return needs.length === 0 ? {} : { needs: needs.sort() };
}

/** Whether something is exchanged over the task's connection, or it is held: more than connect and close. */
export function usesConnection({ tls, greeting, dialogue, hold }: DeepCheck): boolean {
  return (tls ?? greeting ?? dialogue ?? hold) !== undefined;
}
