import type { Reading } from "./subject.ts";

/** Nmap's prober: one process for all hosts. It takes no more than 1,024. */
export const NPING = "nping";

/** The command that connects once to each host, all at once. */
export function npingCommand(port: number, hosts: readonly string[]): string[] {
  return [NPING, "--tcp-connect", "-p", String(port), "-c", "1", "--rate", "100000", ...hosts];
}

const RTT = /Max rtt: ([\d.]+)ms/;

/** What it said of each connect that it found open. Of a lone host it names no host. */
export function readNping(stdout: string, hosts: readonly string[]): Reading[] {
  const parts = hosts.length === 1 ? [stdout] : stdout.split("Statistics for host ").slice(1);
  return parts.flatMap((part) => {
    const host = hosts.length === 1 ? hosts[0] : part.slice(0, part.indexOf(":"));
    const ms = RTT.exec(part)?.[1];
    if (host === undefined || ms === undefined) return [];
    return [{ host, ms: Number(ms), isSuspect: false }];
  });
}
