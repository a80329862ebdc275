import { threadName } from "node:worker_threads";
import { CALM, CHAOS_VARIABLE, type ChaosSetup, readOrders, takeDeath } from "../control.ts";
import { breakCalls } from "./break-calls.ts";
import { followIntoThreads } from "./follow-into-threads.ts";
import { installFastClock } from "./install-fast-clock.ts";

// Loaded before the fleet, in its process and in each of its threads (`node --import`). The fleet's
// own code runs as it is: only the clock under it goes faster, and what surrounds it goes wrong.

/** How often a thread looks at its orders, by the machine's clock. */
const LOOK_MS = 50;

const text = process.env[CHAOS_VARIABLE];
if (text !== undefined) {
  const { time, controlDir, seed }: ChaosSetup = JSON.parse(text);
  const setIntervalOfMachine = setInterval;
  const realNow = Date.now;
  const state = { orders: controlDir === null ? CALM : readOrders(controlDir) };
  installFastClock(time, () => state.orders.clockErrorMs);
  followIntoThreads(import.meta.url);
  if (controlDir !== null) {
    breakCalls(seed, {
      oneCallIn: () => (realNow() < state.orders.callsFailUntilMs ? state.orders.oneCallIn : null),
      isCut: () => realNow() < state.orders.callsCutUntilMs,
    });
    const look = (): void => {
      state.orders = readOrders(controlDir);
      if (threadName && takeDeath(controlDir, threadName)) throw new Error("it was ordered to die");
    };
    setIntervalOfMachine(look, LOOK_MS).unref();
  }
}
