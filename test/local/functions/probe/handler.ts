import { channel } from "node:diagnostics_channel";
import { setTimeout as sleep } from "node:timers/promises";
import { CHANNELS } from "../../../../shared/contract.ts";

// A probe that follows the orders of a test of `FunctionWorker`.

const stop = new AbortController();
process.once("SIGTERM", () => stop.abort());

/** What a test asks for. */
export type Order = "announce" | "fail" | "die" | "wait for stop" | "show environment";

const ORDERS: Readonly<Record<Order, () => Promise<void>>> = {
  announce: async () => {
    for (const result of [1, 2, 3]) channel(CHANNELS.result).publish({ result });
    channel(CHANNELS.summary).publish({ summary: 1 });
  },
  fail: async () => {
    throw new Error("told to fail");
  },
  die: async () => process.exit(1),
  "wait for stop": async () => {
    await sleep(600_000, undefined, { signal: stop.signal }).catch(() => undefined);
  },
  "show environment": async () => {
    process.stdout.write(`${JSON.stringify(process.env)}\n`);
  },
};

export const handler = async (event: { readonly order: Order }): Promise<void> => {
  await ORDERS[event.order]();
};
