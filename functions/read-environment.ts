/** `process.env`, or what a test puts in its place. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Thrown on a cold start that the deployment did not equip. Names every missing variable. */
export class EnvironmentError extends Error {
  override readonly name = "EnvironmentError";
}

/**
 * The variables a function cannot run without, under the names it uses itself:
 * `readEnvironment(process.env, { fleet: ENV.fleet })` gives `{ fleet: "…" }`. Empty counts as missing.
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

/** A positive whole number, or `fallback` where the variable is not set. */
export function readCount(environment: Environment, variable: string, fallback: number): number {
  const text = environment[variable];
  if (!text) return fallback;
  const count = Number(text);
  if (Number.isInteger(count) && count > 0) return count;
  throw new EnvironmentError(`${variable} must be a whole number above 0, is "${text}"`);
}
