import type { Check } from "../model/check.ts";
import { textOf } from "./fields.ts";

/** How a tool says that it uses TLS; absent where it says nothing. */
export interface ForeignTls {
  readonly isInsecure?: boolean;
  readonly serverName?: unknown;
  readonly minVersion?: unknown;
  readonly maxVersion?: unknown;
  readonly caFile?: unknown;
  readonly certificateFile?: unknown;
  readonly keyFile?: unknown;
  readonly starttls?: string;
}

/** Sets the task's `tls`; files become references, which only a fleet on one machine can read. */
export function setTls(check: Check, tls: ForeignTls): void {
  const ca = fileOf(check, "ca", tls.caFile);
  const certificate = fileOf(check, "client_certificate", tls.certificateFile);
  const key = fileOf(check, "client_key", tls.keyFile);
  const settings = {
    ...(tls.isInsecure === true && { mode: "permissive" }),
    ...named("server_name", textOf(tls.serverName)),
    ...named("min_version", versionOf(tls.minVersion)),
    ...named("max_version", versionOf(tls.maxVersion)),
    ...named("starttls", tls.starttls ?? null),
    ...named("ca", ca),
    ...named("client_certificate", certificate),
    ...named("client_key", key),
  };
  check.fields.tls = Object.keys(settings).length === 0 ? true : settings;
}

function named(name: string, value: string | null): Record<string, string> {
  return value === null ? {} : { [name]: value };
}

function fileOf(check: Check, field: string, path: unknown): string | null {
  const text = textOf(path);
  if (text === null) return null;
  check.changed.push(
    `tls.${field} is "file:${text}", for a fleet on one machine: on AWS name a secret instead`,
  );
  return `file:${text}`;
}

/** `TLS12`, `TLS_1_2` and `1.2` are one version. */
function versionOf(value: unknown): string | null {
  const digits = textOf(value)?.replace(/\D/g, "") ?? "";
  return /^1[0-3]$/.test(digits) ? `1.${digits[1]}` : null;
}
