import type { ChildProcess } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { type Place, startInside } from "./start-inside.ts";

/** Something that keeps a process from running when it should, until it is ended. */
export interface Disturbance {
  end(): Promise<void>;
}

const STOPPED_MS = [10, 300] as const;
const RUNNING_MS = [20, 200] as const;

function between([from, to]: readonly [number, number]): number {
  return from + Math.random() * (to - from);
}

/** Stops a process and lets it go on, again and again, each for a random time. */
export function stopAtRandom(child: ChildProcess): Disturbance {
  let isOver = false;
  const stopping = (async () => {
    while (!isOver) {
      await sleep(between(RUNNING_MS));
      child.kill("SIGSTOP");
      await sleep(between(STOPPED_MS));
      child.kill("SIGCONT");
    }
  })();
  return {
    end: async () => {
      isOver = true;
      await stopping;
    },
  };
}

/** Lets another process of the same share use all of the CPU that it can get. */
export function starve(place: Place): Disturbance {
  const busy = startInside(place, ["sh", "-c", "while :; do :; done"]);
  const ended = new Promise((resolve) => busy.once("close", resolve));
  return {
    end: async () => {
      busy.kill("SIGKILL");
      await ended;
    },
  };
}
