import { once } from "node:events";
import { type AddressInfo, createServer, type Server } from "node:net";
import type { EpochMs } from "../../shared/units.ts";
import { type FastTime, realUntil } from "./fast-time.ts";
import type { Outage, Scenario, ScenarioTask } from "./scenario.ts";

const HOST = "127.0.0.1";
const RETRY_MS = 20;

/** The ports that both fleets check, which go down and come back as the scenario says. */
export class Targets {
  /** `host:port` of each task. */
  readonly hosts = new Map<string, string>();
  readonly #targets: (readonly [ScenarioTask, Target])[] = [];

  /** Listens for every task. */
  static async open(scenario: Scenario): Promise<Targets> {
    const opened = new Targets();
    for (const task of scenario.tasks) {
      const target = await Target.open();
      opened.#targets.push([task, target]);
      opened.hosts.set(task.name, `${HOST}:${target.port}`);
    }
    return opened;
  }

  /** From now on each changes at its instants, to some milliseconds of this process. */
  follow(time: FastTime, beginsAtMs: EpochMs): void {
    for (const [{ outages }, target] of this.#targets) target.follow(outages, time, beginsAtMs);
  }

  close(): void {
    for (const [, target] of this.#targets) target.close();
  }
}

class Target {
  readonly port: number;
  readonly #timers: NodeJS.Timeout[] = [];
  #server: Server | null;

  private constructor(server: Server) {
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
  }

  static async open(): Promise<Target> {
    const server = listen(0);
    await once(server, "listening");
    return new Target(server);
  }

  follow(outages: readonly Outage[], time: FastTime, beginsAtMs: EpochMs): void {
    for (const { fromMs, toMs } of outages) {
      this.#at(time, beginsAtMs + fromMs, () => this.#goDown());
      if (toMs === Number.POSITIVE_INFINITY) continue;
      this.#at(time, beginsAtMs + toMs, () => this.#comeBack());
    }
  }

  close(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#goDown();
  }

  #at(time: FastTime, atMs: EpochMs, change: () => void): void {
    const waitMs = realUntil(time, atMs, Date.now());
    this.#timers.push(setTimeout(change, Math.max(0, waitMs)));
  }

  #goDown(): void {
    this.#server?.close();
    this.#server = null;
  }

  #comeBack(): void {
    const server = listen(this.port);
    this.#server = server;
    // Somebody may have this port for a moment.
    server.on("error", () => this.#timers.push(setTimeout(() => this.#comeBack(), RETRY_MS)));
  }
}

function listen(port: number): Server {
  const server = createServer((socket) => socket.on("error", () => socket.destroy()).resume());
  return server.listen({ port, host: HOST, backlog: 511 });
}
