import { performance } from "node:perf_hooks";
import { Attempt, type AttemptGroup, type ConnectSetup } from "./attempt.ts";
import { ClosingSweep } from "./closing-sweep.ts";
import type { Connect } from "./connection.ts";
import { PollStamps } from "./time-handshake.ts";

/** Makes a `Connect` with real sockets. */
export function createConnect(setup: ConnectSetup): Connect {
  const now = () => performance.now();
  const polls = new PollStamps(now, () => performance.nodeTiming.uvMetricsInfo.loopCount);
  const closings = new ClosingSweep(now);
  const bySignal = new WeakMap<AbortSignal, AttemptGroup>();
  const newGroup = (signal: AbortSignal): AttemptGroup => {
    const group = { ...setup, polls, closings, underWay: endTogether(signal) };
    bySignal.set(signal, group);
    return group;
  };
  return (request, signal, listener) => {
    if (signal.aborted) return listener.connectEnded(null, true);
    const group = bySignal.get(signal) ?? newGroup(signal);
    new Attempt(group, request, listener).start();
  };
}

// One abort listener serves all attempts of a signal: with one each, every removal is a search.
function endTogether(signal: AbortSignal): Set<Attempt> {
  const attempts = new Set<Attempt>();
  const stop = () => {
    for (const attempt of attempts) attempt.stop();
  };
  signal.addEventListener("abort", stop, { once: true });
  return attempts;
}
