import {
  type Fields,
  type InputTable,
  isFields,
  omitUndefined,
  orList,
  ownField,
  readChoice,
  readTable,
  readWhole,
  refuse,
  refuseUnknown,
} from "../../input/input.ts";
import { parseHost } from "../host/host.ts";
import {
  DEFAULT_TLS,
  STARTTLS_PROTOCOLS,
  TLS_VERSIONS,
  type TlsSettings,
  type TlsVersion,
} from "./deep-check.ts";
import { readAuthorities } from "./read-authorities.ts";
import { readReference } from "./references.ts";

const TLS_FIELDS = [
  "mode",
  "verify",
  "server_name",
  "min_version",
  "max_version",
  "ciphers",
  "groups",
  "alpn",
  "ca",
  "client_certificate",
  "client_key",
  "starttls",
  "expires_warning_days",
  "expires_critical_days",
];

/** `development` and `legacy` are other names of `none`. */
const OFF_MODES = ["none", "development", "legacy"] as const;
const MODES = ["strict", "verified", "permissive", ...OFF_MODES] as const;
const VERIFIED_NAMES = ["subject_alt_name", "common_name", "none"] as const;

/** No certificate lives longer. */
const MOST_DAYS = 3_650;
const MOST_PROTOCOLS = 16;
/** RFC 7301, 3.1. */
const MOST_PROTOCOL_BYTES = 255;
const MOST_NAMES_CHARACTERS = 1_000;

/** Reads `tls`: settings, null if it is expressly off, undefined if nothing is said. */
export function readTls(item: InputTable): TlsSettings | null | undefined {
  const value = ownField(item.fields, "tls");
  if (value === undefined || value === false) return value === false ? null : undefined;
  if (value === true) return DEFAULT_TLS;
  if (!isFields(value)) return refuse(item, "tls", "must be true, false or a table of fields");
  const tls = readTable(item, "tls");
  return tls === undefined ? undefined : readSettings(tls);
}

function readSettings(tls: InputTable): TlsSettings | null {
  const mode = readChoice(tls, "mode", MODES) ?? DEFAULT_TLS.mode;
  const settings = omitUndefined({
    verify: readChoice(tls, "verify", VERIFIED_NAMES) ?? DEFAULT_TLS.verify,
    serverName: readServerName(tls),
    minVersion: readVersion(tls, "min_version"),
    maxVersion: readVersion(tls, "max_version"),
    ciphers: readNames(tls, "ciphers"),
    groups: readNames(tls, "groups"),
    alpn: readProtocols(tls),
    ca: readAuthorities(tls),
    clientCertificate: readReference(tls, "client_certificate"),
    clientKey: readReference(tls, "client_key"),
    starttls: readChoice(tls, "starttls", STARTTLS_PROTOCOLS),
    expiresWarningDays: readWhole(tls, "expires_warning_days", [1, MOST_DAYS]),
    expiresCriticalDays: readWhole(tls, "expires_critical_days", [0, MOST_DAYS]),
  });
  refuseUnknown(tls, TLS_FIELDS, "tls");
  refuseHalfIdentity(tls, mode);
  refuseOddVersions(tls, settings);
  refuseOddDays(tls, settings);
  if (isOffMode(mode)) return null;
  return { verify: DEFAULT_TLS.verify, ...settings, mode };
}

/** The mode by which a task, as its user writes it, asks for no TLS although it has settings of it; else null. */
export function offModeOf(fields: Fields): string | null {
  const tls = ownField(fields, "tls");
  const mode = isFields(tls) ? ownField(tls, "mode") : undefined;
  return isOffMode(mode) ? mode : null;
}

function isOffMode(mode: unknown): mode is (typeof OFF_MODES)[number] {
  return OFF_MODES.some((off) => off === mode);
}

function readServerName(tls: InputTable): string | undefined {
  const value = ownField(tls.fields, "server_name");
  if (value === undefined) return undefined;
  const parsed = typeof value === "string" ? parseHost(value) : null;
  if (parsed !== null && !("rule" in parsed) && parsed.port === null) return parsed.hostname;
  return refuse(tls, "server_name", "must be a DNS name or an IP address, without a port");
}

/** A file may have the version as a number: 1.2, or 1.0, which is 1. */
function readVersion(tls: InputTable, name: string): TlsVersion | undefined {
  const value = ownField(tls.fields, name);
  if (value === undefined) return undefined;
  const text = typeof value === "number" ? value.toFixed(1) : value;
  const isExact = typeof value !== "number" || Number(text) === value;
  const found = TLS_VERSIONS.find((version) => isExact && version === text);
  return found ?? refuse(tls, name, `must be ${orList(TLS_VERSIONS.map((v) => `"${v}"`))}`);
}

/** A list in OpenSSL's format: names with what joins and marks them. */
function readNames(tls: InputTable, name: "ciphers" | "groups"): string | undefined {
  const value = ownField(tls.fields, name);
  if (value === undefined) return undefined;
  const isList = typeof value === "string" && /^[\w:+!@=.*?/-]+$/.test(value);
  if (isList && value.length <= MOST_NAMES_CHARACTERS) return value;
  const example = name === "ciphers" ? "ECDHE+AESGCM:!SHA1" : "X25519:P-256";
  return refuse(tls, name, `must be a list as OpenSSL takes it, such as "${example}"`);
}

function readProtocols(tls: InputTable): readonly string[] | undefined {
  const value = ownField(tls.fields, "alpn");
  if (value === undefined) return undefined;
  const list: unknown[] = Array.isArray(value) || value instanceof Set ? [...value] : [];
  const protocols = list.filter(isProtocol);
  const isWhole = protocols.length === list.length && new Set(list).size === list.length;
  if (isWhole && list.length >= 1 && list.length <= MOST_PROTOCOLS) return protocols;
  const rule = `must be a list of 1 to ${MOST_PROTOCOLS} protocols, each once and of 1 to ${MOST_PROTOCOL_BYTES} bytes`;
  return refuse(tls, "alpn", rule);
}

function isProtocol(value: unknown): value is string {
  if (typeof value !== "string" || value === "" || !value.isWellFormed()) return false;
  return Buffer.byteLength(value) <= MOST_PROTOCOL_BYTES;
}

function refuseHalfIdentity(tls: InputTable, mode: (typeof MODES)[number]): void {
  const names = ["client_certificate", "client_key"] as const;
  const missing = names.filter((name) => ownField(tls.fields, name) === undefined);
  for (const name of missing) {
    const other = names.find((one) => one !== name);
    if (mode === "strict") refuse(tls, name, 'is required by mode = "strict"');
    else if (missing.length === 1) refuse(tls, name, `is required by ${other}`);
  }
}

function refuseOddVersions(
  tls: InputTable,
  { minVersion, maxVersion }: Partial<TlsSettings>,
): void {
  if (minVersion === undefined || maxVersion === undefined || minVersion <= maxVersion) return;
  refuse(tls, "min_version", `must be at most max_version, "${maxVersion}"`);
}

function refuseOddDays(tls: InputTable, days: Partial<TlsSettings>): void {
  const { expiresWarningDays: warning, expiresCriticalDays: critical } = days;
  if (warning === undefined || critical === undefined || critical < warning) return;
  refuse(tls, "expires_critical_days", `must be less than expires_warning_days, ${warning}`);
}
