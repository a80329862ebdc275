import { isReference } from "../../../shared/task/task.ts";
import { type DurationMs, SECOND_MS } from "../../../shared/units.ts";
import type { DeadMan } from "../../ports/dead-man.ts";
import { SecretError, type SecretReader } from "../../ports/secret-reader.ts";
import { judgeUrl } from "./judge-url.ts";
import { sendOnce } from "./send-once.ts";

/** The secret and the request together; a run that waits longer would be paid for. */
const LONGEST_MS: DurationMs = 4 * SECOND_MS;

/** Where the dead man is. */
export interface DeadManPlace {
  /** The name of the secret that holds its URL; on one machine it may be the URL itself. */
  readonly place: string;
  readonly method: string;
  /** On one machine http is allowed too, but to the machine itself only. */
  readonly isOneMachine: boolean;
  readonly secrets: SecretReader;
  readonly longestMs?: DurationMs;
}

/** Opens the way to a dead man. Nothing that is told of a failure holds a part of the URL. */
export function deadManAt(setup: DeadManPlace): DeadMan {
  const { longestMs = LONGEST_MS } = setup;
  return {
    tell: async () => {
      const signal = AbortSignal.timeout(longestMs);
      const late = Promise.withResolvers<string>();
      signal.addEventListener("abort", () => late.resolve("NO_ANSWER"));
      return Promise.race([tellOnce(setup, signal), late.promise]);
    },
  };
}

async function tellOnce(setup: DeadManPlace, signal: AbortSignal): Promise<string | null> {
  const { place, secrets, isOneMachine, method } = setup;
  if (!isReference(place)) return sendTo(isOneMachine ? place : "", setup, signal);
  try {
    return await sendTo(await secrets.read(place), { isOneMachine, method }, signal);
  } catch (error) {
    return error instanceof SecretError ? `SECRET_${error.code}` : "NOT_SENT";
  }
}

async function sendTo(
  text: string,
  { isOneMachine, method }: Pick<DeadManPlace, "isOneMachine" | "method">,
  signal: AbortSignal,
): Promise<string | null> {
  const target = judgeUrl(text, isOneMachine);
  return typeof target === "string" ? target : sendOnce(target, method, signal);
}
