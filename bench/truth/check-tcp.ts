import type { Reading } from "./subject.ts";

/** Nagios' prober: a process a check. */
export const CHECK_TCP = "/usr/lib/nagios/plugins/check_tcp";

/** Its alarm clock runs on while it waits for a CPU, so that less would cut its worst figures off. */
const TIMEOUT_SECONDS = 120;

// Each prints one line, so no two mix. That one fails is a reading that is absent, no end of it all.
const SPAWN_ALL = `printf '%s\\n' "$@" | xargs -P 0 -n 1 "$0" -t ${TIMEOUT_SECONDS} -p "$PORT" -H || true`;

/** How many processes that is besides those of the checks: `sh` and `xargs`. */
export const SPAWNERS = 2;

/** The command that starts a process for each host, all at once, as a busy Nagios does. */
export function checkTcpCommand(port: number, hosts: readonly string[]): string[] {
  return ["env", "LC_ALL=C", `PORT=${port}`, "sh", "-c", SPAWN_ALL, CHECK_TCP, ...hosts];
}

const LINE = /^TCP OK .* on (\S+) port \d+\|time=([\d.]+)s/gm;

/** What it said of each connect that it found open. */
export function readCheckTcp(stdout: string): Reading[] {
  const lines = [...stdout.matchAll(LINE)];
  return lines.map(([, host = "", seconds]) => ({
    host,
    ms: Number(seconds) * 1_000,
    isSuspect: false,
  }));
}
