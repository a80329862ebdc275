import { CliError } from "../command/errors.ts";

/** The variables of a call. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Of all services; with a service's name behind it of that one. */
const VARIABLE = "AWS_ENDPOINT_URL";

/** The names of services in the SDK's variables. Source: SDKs and tools reference guide, "Service-specific endpoints". */
const NAMES: Readonly<Record<string, string>> = {
  events: "EVENTBRIDGE",
  monitoring: "CLOUDWATCH",
};

/** The endpoint that the environment names for a service; undefined for the usual one. */
export function endpointOf(service: string, env: Environment): string | undefined {
  const name = NAMES[service] ?? service.toUpperCase();
  return env[`${VARIABLE}_${name}`] || env[VARIABLE] || undefined;
}

/** Throws CliError if the environment names an endpoint that is no URL. */
export function checkEndpoints(env: Environment): void {
  for (const [name, value] of namedIn(env))
    if (hostOf(value) === null)
      throw new CliError(`${name} must be a URL like https://host:port, is "${shown(value)}".`);
}

/** Who is asked: the hosts that the environment names, or AWS. */
export function askedHosts(env: Environment): string {
  const hosts = namedIn(env).flatMap(([, value]) => hostOf(value) ?? []);
  return hosts.length === 0 ? "AWS" : [...new Set(hosts)].join(", ");
}

function namedIn(env: Environment): [name: string, value: string][] {
  return Object.entries(env).flatMap(([name, value]) =>
    value && (name === VARIABLE || name.startsWith(`${VARIABLE}_`)) ? [[name, value]] : [],
  );
}

function hostOf(value: string): string | null {
  const url = URL.parse(value);
  return url !== null && /^https?:$/.test(url.protocol) ? url.host : null;
}

/** Without a password that may stand in it. */
function shown(value: string): string {
  return value.replace(/^.*@/s, "…@").slice(0, 100);
}
