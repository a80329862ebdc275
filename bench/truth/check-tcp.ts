/** Nagios' prober: a process a check. */
export const CHECK_TCP = "/usr/lib/nagios/plugins/check_tcp";

// Each prints one line, so no two mix. That one fails is a reading that is absent, no end of it all.
const SPAWN_ALL = 'printf "%s\\n" "$@" | xargs -P 0 -n 1 "$0" -t "$TIMEOUT" -p "$PORT" -H || true';

/** The command that starts a process for each host, all at once, as a busy Nagios does. */
export function checkTcpCommand(
  port: number,
  hosts: readonly string[],
  timeoutSeconds = 10,
): string[] {
  const variables = [`PORT=${port}`, `TIMEOUT=${timeoutSeconds}`];
  return ["env", ...variables, "sh", "-c", SPAWN_ALL, CHECK_TCP, ...hosts];
}

const LINE = /^TCP OK .* on (\S+) port \d+\|time=([\d.]+)s/gm;

/** Host and seconds of each connect that it found open. */
export function parseCheckTcp(stdout: string): { host: string; seconds: number }[] {
  const lines = [...stdout.matchAll(LINE)];
  return lines.map(([, host = "", seconds]) => ({ host, seconds: Number(seconds) }));
}
