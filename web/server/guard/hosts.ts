import { isIP } from "node:net";

/** Where the server listens, and under which further names it may be asked. */
export interface ListenPlace {
  readonly address: string;
  readonly port: number;
  /** Names of a reverse proxy or of this machine, without a port. */
  readonly names: readonly string[];
}

/** Whether an address can be reached from this machine only. */
export function isLoopback(address: string): boolean {
  const isOfLoopback = isIP(address) === 4 && address.startsWith("127.");
  return isOfLoopback || address === "::1" || address === "localhost";
}

/**
 * Whether a Host header names this server. A page elsewhere can have a name of its own that leads here
 * (DNS rebinding), but can't choose the header. An address is no name, so no DNS leads to it: beyond
 * loopback every address is right, also behind a port that is forwarded.
 */
export function isOwnHost(host: string, { address, port, names }: ListenPlace): boolean {
  const [, name = "", given] =
    /^(\[[0-9a-f:.]+\]|[^:[\]]+)(?::(\d+))?$/.exec(host.toLowerCase()) ?? [];
  if (names.some((own) => own.toLowerCase() === name)) return true;
  const bare = name.replace(/^\[|\]$/g, "");
  const isLocal = isLoopback(bare);
  if (isLoopback(address)) return isLocal && Number(given ?? 80) === port;
  return isLocal || isIP(bare) !== 0;
}
