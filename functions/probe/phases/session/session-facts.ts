import type { ResultDetail, ResultFigures } from "../../../../shared/result/result.ts";
import type { ProbeFacts } from "../../probers/probers.ts";
import type { PhaseFailure, Session } from "./session-type.ts";
import { withoutSecrets } from "./without-secrets.ts";

/** Of an answer that was not expected so many characters are kept. */
const MOST_ANSWER_CHARACTERS = 120;

/** Secrets are looked for in so much of it. */
const MOST_MASKED_BYTES = 4_096;

type OwnFigures = Pick<ResultFigures, "dialogueTimeMs" | "sentBytes" | "receivedBytes">;

/** What the phases have found out so far. */
export function factsOf(
  session: Session,
  failure: PhaseFailure | null,
  own: OwnFigures,
): ProbeFacts {
  const { tlsTimeMs, receivedMessages, channel } = session;
  const { sentMessages } = channel;
  const figures = { ...own, tlsTimeMs, receivedMessages, sentMessages };
  const detail = detailOf(session, failure);
  return {
    outcome: failure?.outcome ?? "open",
    figures,
    ...(failure?.errorCode !== undefined && { errorCode: failure.errorCode }),
    ...(failure?.sentElsewhere && { sentElsewhere: true }),
    ...(Object.keys(detail).length > 0 && { detail }),
  };
}

function detailOf(session: Session, failure: PhaseFailure | null): ResultDetail {
  const { labels, tlsDetail } = session;
  const shown = Object.entries(labels).map(([name, text]) => [name, withoutSecrets(session, text)]);
  return {
    ...tlsDetail,
    ...(failure !== null && { failedPhase: failure.phase }),
    ...(shown.length > 0 && { labels: Object.fromEntries(shown) }),
    ...(failure?.answer !== undefined && { answer: showAnswer(session, failure.answer) }),
  };
}

/** A server may say again what it was told, and it may say anything: control characters are shown as dots. */
function showAnswer(session: Session, answer: Uint8Array): string {
  const beginning = Buffer.from(answer.subarray(0, MOST_MASKED_BYTES)).toString("latin1");
  const text = withoutSecrets(session, beginning);
  return text.replace(/[^ -~]/g, ".").slice(0, MOST_ANSWER_CHARACTERS);
}
