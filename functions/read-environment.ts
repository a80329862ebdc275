/** `process.env`, or a test's own variables. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Thrown on a cold start if variables are missing or wrong. It names every missing one. */
export class EnvironmentError extends Error {
  override readonly name = "EnvironmentError";
}

/**
 * Reads the variables that a function cannot run without, by names of its own:
 * `readEnvironment(process.env, { fleet: ENV.fleet })` gives `{ fleet: "…" }`. Throws if one is
 * missing or empty.
 */
export function readEnvironment<K extends string>(
  environment: Environment,
  variables: Readonly<Record<K, string>>,
): Readonly<Record<K, string>> {
  const wanted = Object.entries(variables) as [K, string][];
  const missing = wanted.map(([, variable]) => variable).filter((name) => !environment[name]);
  if (missing.length > 0)
    throw new EnvironmentError(`Missing environment variables: ${missing.join(", ")}`);
  const read = wanted.map(([key, variable]) => [key, environment[variable] ?? ""]);
  return Object.fromEntries(read);
}

/** Reads a positive whole number; `fallback` if the variable is not set. Throws on anything else. */
export function readCount(environment: Environment, variable: string, fallback: number): number {
  const text = environment[variable];
  if (!text) return fallback;
  const count = Number(text);
  if (Number.isInteger(count) && count > 0) return count;
  throw new EnvironmentError(`${variable} must be a whole number above 0, is "${text}"`);
}
