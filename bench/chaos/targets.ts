import { once } from "node:events";
import { type AddressInfo, createServer, type Server } from "node:net";
import { type FastTime, realUntil } from "./fast-time.ts";
import type { Scenario, ScenarioTask } from "./scenario.ts";

const HOST = "127.0.0.1";
const RETRY_MS = 20;

/** The ports that both fleets check, which go down and come back as the scenario says. */
export interface Targets {
  /** `host:port` of each task. */
  readonly hosts: ReadonlyMap<string, string>;
  close(): void;
}

/** Listens for every task. A target changes at its instant, to some milliseconds of this process. */
export async function startTargets(scenario: Scenario, time: FastTime): Promise<Targets> {
  const hosts = new Map<string, string>();
  const targets: Target[] = [];
  for (const task of scenario.tasks) {
    const target = await Target.open();
    targets.push(target);
    hosts.set(task.name, `${HOST}:${target.port}`);
    target.follow(task, time);
  }
  return {
    hosts,
    close: () => {
      for (const target of targets) target.close();
    },
  };
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

  follow({ outages }: ScenarioTask, time: FastTime): void {
    for (const { fromMs, toMs } of outages) {
      this.#at(time, fromMs, () => this.#goDown());
      if (toMs !== Number.POSITIVE_INFINITY) this.#at(time, toMs, () => this.#comeBack());
    }
  }

  close(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#goDown();
  }

  #at(time: FastTime, offsetMs: number, change: () => void): void {
    const waitMs = realUntil(time, time.baseMs + offsetMs, Date.now());
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
