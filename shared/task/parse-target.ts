import { type InputTable, ownField, readWhole, refuse, requireField } from "../input/input.ts";
import { formatHost, type HostText, parseHost } from "./host/host.ts";
import type { Target } from "./task-type.ts";

/** The fields that say where a task connects to. */
export const TARGET_FIELDS = ["host", "port", "url"] as const;

const NO_PORT_RULE = 'must end in a port, as in "example.com:443"';
const BARE_IPV6_RULE = 'must have brackets and a port, as in "[2001:db8::1]:443"';
const TEXT_RULE = 'must be text, as in "example.com:443"';
const URL_RULE = 'must begin with "tcp://"';

/** Reads `host` with its port, `host` and `port`, or `url`. If a task has several, they must agree. */
export function readTarget(item: InputTable): Target | undefined {
  const port = readWhole(item, "port", [1, 65_535]);
  const host = targetOf(item, "host", port);
  const url = targetOf(item, "url", port);
  if (ownField(item.fields, "url") === undefined) requireField(item, "host");
  if (host === undefined || url === undefined) return host ?? url;
  const named = formatHost(host.hostname, host.port);
  if (named === formatHost(url.hostname, url.port)) return host;
  return refuse(item, "url", `must name the same target as host, "tcp://${named}"`);
}

function targetOf(item: InputTable, name: "host" | "url", port?: number): Target | undefined {
  const text = ownField(item.fields, name);
  if (text === undefined) return undefined;
  if (typeof text !== "string") return refuse(item, name, TEXT_RULE);
  const hostText = name === "url" ? withoutScheme(text) : text;
  if (hostText === null) return refuse(item, name, URL_RULE);
  const parsed = parseHost(hostText);
  if ("rule" in parsed) return refuse(item, name, parsed.rule);
  return joinPort(item, { ...parsed, name, hostText }, port);
}

function joinPort(
  item: InputTable,
  given: HostText & { name: string; hostText: string },
  port: number | undefined,
): Target | undefined {
  if (given.port !== null && port !== undefined && port !== given.port) {
    return refuse(item, "port", `must be the port of ${given.name}, ${given.port}, or left out`);
  }
  const own = given.port ?? port;
  if (own !== undefined) return { hostname: given.hostname, port: own };
  if (ownField(item.fields, "port") !== undefined) return undefined;
  const isBareIpv6 = given.hostname.includes(":") && !given.hostText.startsWith("[");
  return refuse(item, given.name, isBareIpv6 ? BARE_IPV6_RULE : NO_PORT_RULE);
}

function withoutScheme(url: string): string | null {
  const found = /^tcp:\/\/(.*?)\/?$/is.exec(url);
  return found?.[1] ?? null;
}
