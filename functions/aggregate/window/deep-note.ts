import { noteOf, type ProbeResult } from "../../../shared/result/result.ts";
import type { DeepNote } from "../../../shared/summary/summary.ts";

/** What a check did and noticed beyond a handshake; null if nothing, as of every plain check. */
export function deepNoteOf(result: ProbeResult, isTrusted: boolean): DeepNote | null {
  if (isPlain(result)) return null;
  const { detail, sentBytes, receivedBytes, sentMessages, receivedMessages } = result;
  return {
    ...(detail !== null && noteOf(detail)),
    tlsTimeMs: isTrusted ? result.tlsTimeMs : null,
    dialogueTimeMs: isTrusted ? result.dialogueTimeMs : null,
    isRetried: result.retryCount > 0,
    ...{ sentBytes, receivedBytes, sentMessages, receivedMessages },
  };
}

function isPlain(result: ProbeResult): boolean {
  const { detail, tlsTimeMs, dialogueTimeMs, retryCount } = result;
  if (detail !== null || tlsTimeMs !== null || dialogueTimeMs !== null || retryCount > 0)
    return false;
  return result.sentBytes + result.receivedBytes === 0;
}
