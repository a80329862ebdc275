import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import type { TestContext } from "node:test";
import { NO_SECRETS } from "../../../../../functions/adapters/secrets/secrets.ts";
import type { SecretReader } from "../../../../../functions/ports/secret-reader.ts";
import { createPhaseProber } from "../../../../../functions/probe/phases/phases.ts";
import type { ProbeFacts } from "../../../../../functions/probe/probers/probers.ts";
import type { OpenConnection } from "../../../../../functions/probe/socket/socket.ts";
import { systemClock } from "../../../../../functions/probe/timing/timing.ts";
import type { DialogueStep, Task } from "../../../../../shared/task/task.ts";
import { aTask } from "../../../../fakes/results.ts";

/** What a server does with each of its sockets. */
export type Serve = (socket: Socket) => void;

/** A server on loopback until the test ends; gives its port. */
export async function startServer(t: TestContext, serve: Serve): Promise<number> {
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    serve(socket.setNoDelay(true).on("error", () => socket.destroy()));
  });
  t.after(() => {
    server.close();
    for (const socket of open) socket.destroy();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

/** How a check differs from a usual one. */
export interface Different {
  readonly secrets?: SecretReader;
  /** The task's timeout. */
  readonly timeoutMs?: number;
}

/** Makes one check of a port of loopback, without the pipeline around it. */
export async function probe(
  port: number,
  deep: Partial<Task>,
  { secrets = NO_SECRETS, timeoutMs = 5_000 }: Different = {},
): Promise<ProbeFacts> {
  const socket = connect({ host: "127.0.0.1", port, noDelay: true });
  socket.on("error", () => undefined);
  await once(socket, "connect");
  try {
    const check = { clock: systemClock, address: "127.0.0.1", isRecheck: false };
    const task = { ...aTask("a"), ...deep };
    return await createPhaseProber({ secrets })(connectionOf(socket, timeoutMs), {
      ...check,
      task,
    });
  } finally {
    socket.end().resume();
    setTimeout(() => socket.destroy(), 200).unref();
  }
}

function connectionOf(socket: Socket, timeoutMs: number): OpenConnection {
  const time = { connectTimeMs: 1, elapsedMs: 1, synRetransmits: 0, suspect: false };
  return {
    descriptor: -1,
    handshake: { ...time, timing: "user" },
    isOpen: true,
    signal: new AbortController().signal,
    openStream: () => socket,
    leftMs: () => timeoutMs,
  };
}

/** Makes a check with these steps of a server that does this. */
export async function talk(
  t: TestContext,
  serve: Serve,
  steps: readonly DialogueStep[],
  different: Different = {},
): Promise<ProbeFacts> {
  return await probe(await startServer(t, serve), { dialogue: { steps } }, different);
}

/** Says this and waits. */
export function says(...texts: readonly (string | Uint8Array)[]): Serve {
  return (socket) => void socket.write(Buffer.concat(texts.map((text) => Buffer.from(text))));
}

/** Says this first, and then one answer for each thing that it is told. */
export function answers(first: string, ...next: readonly string[]): Serve {
  return (socket) => {
    const left = [...next];
    if (first !== "") socket.write(first);
    socket.on("data", () => void socket.write(left.shift() ?? ""));
  };
}

/** A step that waits for a pattern. */
export function expecting(pattern: string): DialogueStep {
  return { kind: "expect", pattern };
}

/** A step that sends a text. */
export function sending(text: string): DialogueStep {
  return { kind: "send", text };
}
