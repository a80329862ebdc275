import { syncBuiltinESMExports } from "node:module";
import threads, { type WorkerOptions } from "node:worker_threads";
import { CHAOS_VARIABLE } from "../control.ts";

/** Loads `preload` into every thread that this one starts. */
export function followIntoThreads(preload: string): void {
  const Plain = threads.Worker;
  class Followed extends Plain {
    constructor(file: string | URL, { env, execArgv = [], ...options }: WorkerOptions = {}) {
      const own = typeof env === "object" ? env : process.env;
      const setup = { [CHAOS_VARIABLE]: process.env[CHAOS_VARIABLE] };
      super(file, {
        ...options,
        execArgv: [...execArgv, "--import", preload],
        env: { ...own, ...setup },
      });
    }
  }
  threads.Worker = Followed;
  syncBuiltinESMExports();
}
