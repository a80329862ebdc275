import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { pidOf } from "../process-figures.ts";
import { limitCpu } from "./cpu-share.ts";
import { type Place, runInside, startInside } from "./start-inside.ts";
import { hostsOf, PORT, readInTurn, readLines, type Scene, type Subject } from "./subject.ts";

export const BLACKBOX = "prometheus-blackbox-exporter";

const NAME = "blackbox_exporter";
const LISTENS_ON = 9_115;
const MODULES = "modules:\n  tcp:\n    prober: tcp\n    tcp: { preferred_ip_protocol: ip4 }\n";

/** Prometheus' prober: asked over HTTP for all hosts at once, `probe_duration_seconds` is its word. */
export const blackbox: Subject = {
  name: NAME,
  needs: [BLACKBOX],
  async measure(place, scenes) {
    const exporter = await startBlackbox((command) => startInside(place, command));
    try {
      return await readInTurn(NAME, scenes, (scene) => scrape(place, scene));
    } finally {
      await exporter.end();
    }
  },
};

// Who asks is outside the exporter's share and core.
async function scrape({ namespace, core }: Place, scene: Scene) {
  const place = { namespace, share: limitCpu(1), core: 1 - core };
  return readLines((await runInside(place, scrapeCommand(PORT, hostsOf(scene)))).stdout);
}

/** The command that asks the exporter for a probe of each host, all at once. */
export function scrapeCommand(port: number, hosts: readonly string[]): string[] {
  const program = join(import.meta.dirname, "scrape-blackbox.ts");
  return [process.execPath, program, String(LISTENS_ON), String(port), ...hosts];
}

/** Starts the exporter and waits until it listens, on loopback. */
export async function startBlackbox(start: (command: readonly string[]) => ChildProcess) {
  const folder = mkdtempSync(join(tmpdir(), "synfleet-bench-"));
  const config = join(folder, "blackbox.yml");
  writeFileSync(config, MODULES);
  const listen = `--web.listen-address=127.0.0.1:${LISTENS_ON}`;
  const child = start([BLACKBOX, `--config.file=${config}`, listen]);
  const ended = once(child, "close");
  await untilListening(child);
  return {
    pid: pidOf(child),
    async end() {
      child.kill("SIGTERM");
      await ended;
      rmSync(folder, { recursive: true });
    },
  };
}

async function untilListening({ stderr }: ChildProcess): Promise<void> {
  if (stderr === null) throw new Error("No pipe to blackbox_exporter");
  const lines = createInterface({ input: stderr });
  for await (const line of lines) if (line.includes("Listening")) break;
  // Read on, or its log would fill the pipe.
  stderr.resume();
}
