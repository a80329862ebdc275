import type { ChildProcess } from "node:child_process";
import { join } from "node:path";
import { startsPerSecondFor } from "../../shared/plan/plan.ts";
import type { ProbeResult, Timing } from "../../shared/result/result.ts";
import type { SubjectCall } from "./probe-subject.ts";
import { outputOf, type Place, startInside } from "./start-inside.ts";
import { hostsOf, PORT, type Reading, type Subject } from "./subject.ts";
import { KERNEL, USER } from "./truth-figures.ts";

const PROGRAM = join(import.meta.dirname, "probe-subject.ts");

/** The probe paced as in a function of this memory, in a process of its own. */
export async function runProbe(
  place: Place,
  call: SubjectCall,
): Promise<readonly (readonly ProbeResult[])[]> {
  const { stdout } = await outputOf(startProbe(place, call));
  return JSON.parse(stdout);
}

export function startProbe(place: Place, call: SubjectCall): ChildProcess {
  return startInside(place, [process.execPath, PROGRAM, JSON.stringify(call)]);
}

/** The probe, timed by the kernel or by itself, with the watch over itself that goes with it. */
export function synfleet(memoryMb: number, timing: Timing): Subject {
  const subject = timing === "kernel" ? KERNEL : USER;
  const setup = { startsPerSecond: startsPerSecondFor(memoryMb), timing };
  return {
    name: subject,
    needs: [],
    async measure(place, scenes) {
      const call = { setup, port: PORT, timeoutSeconds: 5, bursts: scenes.map(hostsOf) };
      const results = await runProbe(place, call);
      return scenes.map((scene, i) => ({ subject, scene, readings: readingsOf(results[i] ?? []) }));
    },
  };
}

function readingsOf(results: readonly ProbeResult[]): Reading[] {
  return results.flatMap(({ address, connectTimeMs: ms, suspect }) =>
    address === null || ms === null ? [] : [{ host: address, ms, isSuspect: suspect }],
  );
}
