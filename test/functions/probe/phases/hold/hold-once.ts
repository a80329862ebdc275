import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { NO_SECRETS } from "../../../../../functions/adapters/secrets/secrets.ts";
import { StartPacer } from "../../../../../functions/probe/admit/admit.ts";
import {
  type CheckServices,
  checkTarget,
  type HeldCheck,
  type Holder,
  NO_LIMITS,
} from "../../../../../functions/probe/check/check.ts";
import { createProbers, type ProbeFacts } from "../../../../../functions/probe/probers/probers.ts";
import { createConnect, leanestDial } from "../../../../../functions/probe/socket/socket.ts";
import { systemClock, userClock } from "../../../../../functions/probe/timing/timing.ts";
import type { ProbeResult } from "../../../../../shared/result/result.ts";
import type { HoldSettings, Task } from "../../../../../shared/task/task.ts";
import { addressRules } from "../../../../../shared/vet/vet.ts";
import { aTask } from "../../../../fakes/results.ts";

/** A server whose connections do as the test says; it keeps what it heard. */
export interface TalkingServer {
  readonly port: number;
  readonly heard: string[];
  close(): void;
}

export async function startTalking(talk: (socket: Socket) => void): Promise<TalkingServer> {
  const open = new Set<Socket>();
  const heard: string[] = [];
  const server = createServer((socket) => {
    open.add(socket);
    socket.on("error", () => undefined);
    socket.on("data", (bytes) => heard.push(String(bytes)));
    talk(socket);
  });
  server.listen({ host: "127.0.0.1", port: 0 });
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    heard,
    close: () => {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}

/** A check on the way, and what it holds. */
export interface HeldOnce {
  readonly established: ProbeResult | null;
  readonly held: HeldCheck;
  readonly pacer: StartPacer;
  /** Ends the run that made the check. */
  readonly endRun: () => void;
}

/** Checks a port of loopback with real sockets, and holds the connection. */
export async function holdOnce(
  port: number,
  hold: HoldSettings,
  different: Partial<Task> = {},
): Promise<HeldOnce> {
  const taken: HeldCheck[] = [];
  const holder: Holder = {
    longestMs: 3_600_000,
    attach: () => undefined,
    hold: (held) => void taken.push(held),
  };
  const pacer = new StartPacer(systemClock, 1_600);
  const run = new AbortController();
  const target = { hostname: "127.0.0.1", port };
  const task = aTask("held", { target, timeoutMs: 2_000, hold, needs: ["hold"], ...different });
  const input = { task, taskIndex: 0, slotAtMs: systemClock.now() };
  const established = await checkTarget(input, servicesOf({ pacer, holder, signal: run.signal }));
  const [held] = taken;
  if (held === undefined) throw new Error(`It is not held: ${JSON.stringify(established)}`);
  return { established, held, pacer, endRun: () => run.abort() };
}

/** The facts of its end; its connection is closed then. */
export async function endOf({ held }: HeldOnce): Promise<ProbeFacts> {
  const facts = await held.holding.ended;
  held.close();
  return facts;
}

interface Ways {
  readonly pacer: StartPacer;
  readonly holder: Holder;
  readonly signal: AbortSignal;
}

function servicesOf({ pacer, holder, signal }: Ways): CheckServices {
  return {
    clock: systemClock,
    network: {
      resolve: () => ({ kind: "resolved", addresses: ["127.0.0.1"], dnsTimeMs: null }),
      connect: createConnect({ dial: leanestDial(), clock: userClock, stalls: pacer.stalls }),
      close: () => undefined,
    },
    holder,
    rules: addressRules(["127.0.0.0/8"]),
    hasIpv6Route: false,
    admission: pacer,
    limiter: NO_LIMITS,
    probers: createProbers({ secrets: NO_SECRETS }),
    observer: {
      noteGrant: () => undefined,
      noteRemeasured: () => undefined,
      noteProberFault: (fault) => {
        throw fault;
      },
    },
    signal,
  };
}
