import { request } from "node:http";
import { type DurationMs, SECOND_MS } from "../../shared/units.ts";
import { RUN_TARGET } from "../events/event-endpoint.ts";
import { signedWith } from "../guard/access-key.ts";
import { isAlive, type Runtime, readRuntime } from "./runtime-file.ts";

/** Whether a fleet runs on some data: one that answers, one that is silent (it may be stopped), or none. */
export type FoundFleet =
  | { readonly kind: "none" }
  | { readonly kind: "answers" | "silent"; readonly runtime: Runtime };

const ANSWER_WITHIN_MS: DurationMs = 3 * SECOND_MS;

const NONE: FoundFleet = { kind: "none" };

/**
 * Finds the fleet that has the data in `dir` open. After a kill another process can have the id that
 * the runtime file names, and its port: so the fleet itself is asked whether it is that run.
 */
export async function findFleet(
  dir: string,
  answerWithinMs: DurationMs = ANSWER_WITHIN_MS,
): Promise<FoundFleet> {
  const runtime = readRuntime(dir);
  if (runtime?.role !== "fleet" || !isAlive(runtime.pid)) return NONE;
  const { accessKey, events } = runtime;
  if (accessKey === undefined || events === null) return { kind: "answers", runtime };
  const answer = await ask(events, accessKey, answerWithinMs);
  return answer === "no" ? NONE : { kind: answer === "yes" ? "answers" : "silent", runtime };
}

function ask(
  events: string,
  accessKey: string,
  withinMs: DurationMs,
): Promise<"yes" | "no" | "silence"> {
  return new Promise((resolve) => {
    const headers = { authorization: signedWith(accessKey), "x-amz-target": RUN_TARGET };
    const asked = request(events, { method: "POST", agent: false, headers }, (response) => {
      response.resume();
      resolve(response.statusCode === 204 ? "yes" : "no");
    });
    asked.setTimeout(withinMs, () => {
      resolve("silence");
      asked.destroy();
    });
    asked.on("error", () => resolve("no"));
    asked.end();
  });
}
