import { randomUUID } from "node:crypto";
import type { AwsAnswer } from "../../functions/adapters/signed-request/signed-request.ts";
import { functionName } from "../../shared/contract.ts";
import { type CheckAnswer, printAskedCheck } from "../../shared/request/request.ts";
import type { Task } from "../../shared/task/task.ts";
import { type DurationMs, type RegionName, SECOND_MS } from "../../shared/units.ts";
import type { OpenProbes } from "./open-probes.ts";
import { readCheckAnswer } from "./read-check-answer.ts";

/** What a check may take beside its timeout: a cold start, a look-up, its turn and a polite close. */
const BESIDE_MS: DurationMs = 15 * SECOND_MS;

const MOST_CHARACTERS = 300;

/** A probe of a version without single checks takes the event for a wrong one of its schedule. */
const OLDER_PROBE = /^The event must be \{ "shard"/;

/** The least statement that a caller needs is in the document. */
const MAY_NOT = "May not invoke it with these credentials (docs/check-everywhere.md)";

/** Asks the probe of a region for one check of a task, now. Whatever is wrong with the answer is a sentence. */
export async function askRegion(
  probes: OpenProbes,
  region: RegionName,
  task: Task,
): Promise<CheckAnswer> {
  const longestMs = task.timeoutMs + BESIDE_MS;
  const event = printAskedCheck({ id: randomUUID(), task });
  const answer = await probes.invoke(region, event, longestMs);
  const error = refusalOf(answer, functionName(probes.fleet.name, "probe"), longestMs);
  return error === null ? readCheckAnswer(answer?.text ?? "", region) : { region, error };
}

/** Why there is no answer of the function; null if there is one. */
function refusalOf(answer: AwsAnswer | null, name: string, longestMs: DurationMs): string | null {
  if (answer === null)
    return `No answer: Lambda can't be reached there, or ${name} took over ${longestMs / SECOND_MS} s`;
  const { statusCode, text } = answer;
  if (statusCode === 200) return failureIn(text);
  if (statusCode === 403) return `${MAY_NOT}${saidIn(text)}`;
  if (statusCode === 404) return `There is no function ${name}: is the fleet deployed there?`;
  if (statusCode === 429) return `Lambda has no room for it now: try again${saidIn(text)}`;
  return `Lambda answered with status ${statusCode}${saidIn(text)}`;
}

/** What the function threw, as Lambda tells it. */
function failureIn(text: string): string | null {
  const { errorMessage } = fieldsOf(text);
  if (typeof errorMessage !== "string") return null;
  if (OLDER_PROBE.test(errorMessage)) return "Its probe is of an earlier version: deploy it";
  return `Its probe failed: ${errorMessage.slice(0, MOST_CHARACTERS)}`;
}

function saidIn(text: string): string {
  const { message, Message: said = message } = fieldsOf(text);
  return typeof said === "string" ? ` (${said.slice(0, MOST_CHARACTERS)})` : "";
}

function fieldsOf(text: string): Readonly<Record<string, unknown>> {
  try {
    return { ...JSON.parse(text) };
  } catch {
    return {};
  }
}
