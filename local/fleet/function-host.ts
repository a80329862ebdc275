import { subscribe } from "node:diagnostics_channel";
import { parentPort, workerData } from "node:worker_threads";
import type { FunctionName } from "../../shared/contract.ts";
import type { HostMessage, HostRequest } from "./function-worker.ts";

interface FunctionModule {
  readonly handler: (event: unknown) => Promise<unknown>;
}

/** Announcements are sent in batches, so that they cost a busy probe little. */
const BATCH_MS = 100;

interface HostData {
  readonly names: readonly FunctionName[];
  readonly channels: readonly string[];
  readonly root: string;
}

const { names, channels, root }: HostData = workerData;
const modules = new Map<FunctionName, FunctionModule>();

function say(message: HostMessage): void {
  parentPort?.postMessage(message);
}

const batches = new Map<string, unknown[]>();

function collect(name: string, message: unknown): void {
  const batch = batches.get(name);
  if (batch !== undefined) {
    batch.push(message);
    return;
  }
  batches.set(name, [message]);
  setTimeout(() => flush(name), BATCH_MS);
}

function flush(name: string): void {
  const messages = batches.get(name);
  batches.delete(name);
  if (messages !== undefined) say({ kind: "announced", channel: name, messages });
}

// What an invocation announced is sent before its end.
function end(id: number, error: string | null, answer?: unknown): void {
  for (const name of channels) flush(name);
  say({ kind: "ended", id, error, answer });
}

async function invoke(request: Extract<HostRequest, { kind: "invoke" }>): Promise<void> {
  try {
    end(request.id, null, await modules.get(request.name)?.handler(request.event));
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    end(request.id, text);
  }
}

for (const name of channels) subscribe(name, (message) => collect(name, message));
for (const name of names) {
  modules.set(name, await import(new URL(`${name}/handler.ts`, root).href));
}
parentPort?.on("message", (request: HostRequest) => {
  // A thread gets no signals, but the handlers listen for the SIGTERM that Lambda sends.
  if (request.kind === "stop") process.emit("SIGTERM");
  else void invoke(request);
});
say({ kind: "ready" });
