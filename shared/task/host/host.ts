import { domainToASCII } from "node:url";

/** The parts of a host text: its name in canonical form, and its port if it has one. */
export interface HostText {
  readonly hostname: string;
  readonly port: number | null;
}

/** The rule that a host text breaks. */
export interface BrokenRule {
  readonly rule: string;
}

const FORM_RULE = 'must be "host:port" or "[IPv6]:port"';
const SCHEME_RULE = "must be a host and a port without a scheme";
const PORT_RULE = "must have a port from 1 to 65535";
const NAME_RULE = "must have a DNS name or an IP address as its host";
const NUMERIC_RULE = "must not end in a number unless it is a full IPv4 address";
const IPV6_RULE = "must have an IPv6 address in its brackets";
const ZONE_RULE = "must not have a zone id";

const MAX_HOST_CHARACTERS = 300;
/** RFC 1035, 2.3.4, without the dot of the root. */
const MAX_NAME_CHARACTERS = 253;
/** RFC 1123, 2.1, and the underscore that internal names have. */
const LABEL = /^(?!-)[a-z0-9_-]{1,63}(?<!-)$/;
/** Letters, digits, dots, hyphens and underscores, and what IDNA maps to them. */
const NAME_CHARACTERS = /^[A-Za-z0-9._\-\u0080-\u{10ffff}]+$/u;
const OCTET = "(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
const IPV4 = new RegExp(`^(?:${OCTET}\\.){3}${OCTET}$`);
/** What the URL standard reads as an IPv4 address: `127.1`, `2130706433` and `0x7f000001` too. */
const ENDS_IN_NUMBER = /(?:^|\.)(?:\d+|0x[0-9a-f]*)\.?$/;

/** The family of an address literal; null for a DNS name. */
export function literalFamily(hostname: string): "ipv4" | "ipv6" | null {
  if (hostname.includes(":")) return "ipv6";
  return IPV4.test(hostname) ? "ipv4" : null;
}

/** `host:port` or `[v6]:port`, as records show a target. */
export function formatHost(hostname: string, port: number): string {
  return hostname.includes(":") ? `[${hostname}]:${port}` : `${hostname}:${port}`;
}

/** Parses a host text. An IPv6 address without brackets is a name without a port. */
export function parseHost(text: string): HostText | BrokenRule {
  if (text.length > MAX_HOST_CHARACTERS) return { rule: NAME_RULE };
  if (text.includes("://")) return { rule: SCHEME_RULE };
  const bracketed = /^\[([^\]]*)\](?::(.*))?$/s.exec(text);
  if (bracketed) return withPort(canonicalIpv6(bracketed[1] ?? "", IPV6_RULE), bracketed[2]);
  const plain = /^([^:]*)(?::([^:]*))?$/s.exec(text);
  if (plain) return withPort(canonicalName(plain[1] ?? ""), plain[2]);
  return withPort(canonicalIpv6(text, FORM_RULE), undefined);
}

function withPort(name: string | BrokenRule, portText: string | undefined): HostText | BrokenRule {
  if (typeof name !== "string") return name;
  if (portText === undefined) return { hostname: name, port: null };
  const port = /^[1-9]\d{0,4}$/.test(portText) ? Number(portText) : 0;
  if (port < 1 || port > 65_535) return { rule: PORT_RULE };
  return { hostname: name, port };
}

/** The form of RFC 5952, section 4, which the URL standard's serializer gives. */
function canonicalIpv6(text: string, rule: string): string | BrokenRule {
  if (text.includes("%")) return { rule: ZONE_RULE };
  const address = `tcp://[${text}]`;
  if (!/^[0-9a-f:.]+$/i.test(text) || !URL.canParse(address)) return { rule };
  return new URL(address).hostname.slice(1, -1);
}

/** Lower case, punycode for international names (UTS 46), and no dot of the root at the end. */
function canonicalName(text: string): string | BrokenRule {
  if (!NAME_CHARACTERS.test(text)) return { rule: NAME_RULE };
  const isAscii = /^[!-~]+$/.test(text);
  const name = (isAscii ? text : domainToASCII(text)).toLowerCase();
  if (isAscii && IPV4.test(name)) return name;
  if (ENDS_IN_NUMBER.test(name)) return { rule: NUMERIC_RULE };
  const labels = name.replace(/\.$/, "");
  return isDnsName(labels) ? labels : { rule: NAME_RULE };
}

function isDnsName(name: string): boolean {
  if (name.length > MAX_NAME_CHARACTERS) return false;
  return name.split(".").every((label) => LABEL.test(label));
}
