import { isIP } from "node:net";
import { isLoopback } from "../guard/hosts.ts";

/** Where a page listens, and for whom. */
export interface PagePlace {
  readonly address: string;
  /** 0 is a free one. */
  readonly port: number;
  /** Further names under which it may be asked. */
  readonly names: readonly string[];
  /** What whoever looks must have; null on loopback only. */
  readonly token: string | null;
}

/** The options of a place, as they were typed; null or nothing if left out. */
export interface PlaceOptions {
  readonly port: string | null;
  readonly listen: string | null;
  readonly names: readonly string[];
}

/** The port unless the user names another. */
export const USUAL_PORT = 4_600;

/** The options that say where a page is, for help. */
export const LISTEN_ABOUT =
  "Where the page listens (default 127.0.0.1). Anything but this machine needs a token.";

const HOST_NAME = /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/i;

/** The place without its token, or a sentence for each problem. */
export function parsePlace({
  port,
  listen,
  names,
}: PlaceOptions): Omit<PagePlace, "token"> | string[] {
  const { address, given } = splitListen(listen ?? "127.0.0.1");
  const problems = [
    ...(isIP(address) === 0 && address !== "localhost"
      ? [`--listen must be an address like 0.0.0.0 or 0.0.0.0:${USUAL_PORT}, is "${listen}"`]
      : []),
    ...(given !== null && port !== null && given !== port
      ? [`--listen names the port ${given}, so no other one goes with it, is "${port}"`]
      : []),
    ...[given, port].flatMap((text) =>
      text === null || isPort(text) ? [] : [`The port must be 0 to 65535, is "${text}"`],
    ),
    ...names.flatMap((name) =>
      HOST_NAME.test(name) ? [] : [`--host must be a name without a port, is "${name}"`],
    ),
  ];
  if (problems.length > 0) return [...new Set(problems)];
  return { address, port: Number(given ?? port ?? USUAL_PORT), names };
}

/** Why a place can't be listened at; null if it can. */
export function refusePlace({
  address,
  token,
}: Pick<PagePlace, "address" | "token">): string | null {
  if (isLoopback(address) || token !== null) return null;
  return "A page that other machines can reach needs a token: name its file with --token-file FILE, or set SYNFLEET_PAGE_TOKEN";
}

function splitListen(text: string): { readonly address: string; readonly given: string | null } {
  const [, v6, v4, given = null] = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d*))?$/.exec(text) ?? [];
  return { address: v6 ?? v4 ?? text, given };
}

function isPort(text: string): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) <= 65_535;
}
