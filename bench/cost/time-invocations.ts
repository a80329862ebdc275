import type { FleetWorkers } from "../../local/fleet/fleet-workers.ts";
import type { FunctionWorker } from "../../local/fleet/function-worker.ts";
import type { FunctionName } from "../../shared/contract.ts";
import { SECOND_MS } from "../../shared/units.ts";

export type NoteInvocation = (name: FunctionName, seconds: number) => void;

/** The same workers, which tell how long each invocation took: what Lambda bills. */
export function timeInvocations(workers: FleetWorkers, note: NoteInvocation): FleetWorkers {
  return {
    ...workers,
    home: timed(workers.home, note),
    regions: new Map([...workers.regions].map(([name, worker]) => [name, timed(worker, note)])),
  };
}

function timed(worker: FunctionWorker, note: NoteInvocation): FunctionWorker {
  const invoke = async (name: FunctionName, event: unknown): Promise<void> => {
    const startedAt = performance.now();
    await worker.invoke(name, event).finally(() => {
      note(name, (performance.now() - startedAt) / SECOND_MS);
    });
  };
  return new Proxy(worker, {
    get: (target, property) => {
      if (property === "invoke") return invoke;
      const value: unknown = Reflect.get(target, property);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
