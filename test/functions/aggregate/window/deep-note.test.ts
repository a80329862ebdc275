import { strict as assert } from "node:assert";
import { test } from "node:test";
import { deepNoteOf } from "../../../../functions/aggregate/window/deep-note.ts";
import type { ResultDetail } from "../../../../shared/result/result.ts";
import { aFailure, aResult } from "../../../fakes/results.ts";

test("deepNoteOf has nothing of a plain check", () => {
  assert.equal(deepNoteOf(aResult(), true), null);
  assert.equal(deepNoteOf(aFailure({ outcome: "timeout" }), true), null);
});

test("deepNoteOf has times that can be trusted, bytes, messages and whether it is a retry", () => {
  const result = aResult({
    ...{ tlsTimeMs: 20, dialogueTimeMs: 5, retryCount: 2 },
    ...{ sentBytes: 1, receivedBytes: 2, sentMessages: 3, receivedMessages: 4 },
    detail: { failedPhase: "hold", labels: { version: "8" } },
  });
  const counts = { sentBytes: 1, receivedBytes: 2, sentMessages: 3, receivedMessages: 4 };
  const noted = { failedPhase: "hold", isRetried: true, ...counts };
  assert.deepEqual(deepNoteOf(result, true), { ...noted, tlsTimeMs: 20, dialogueTimeMs: 5 });
  assert.deepEqual(deepNoteOf(result, false), { ...noted, tlsTimeMs: null, dialogueTimeMs: null });
});

test("deepNoteOf takes a detail that makes no sense for one that says nothing", () => {
  const detail = { failedPhase: 7, certificate: [], later: true } as unknown as ResultDetail;
  assert.deepEqual(deepNoteOf(aResult({ detail }), true), {
    ...{ tlsTimeMs: null, dialogueTimeMs: null, isRetried: false },
    ...{ sentBytes: 0, receivedBytes: 0, sentMessages: 0, receivedMessages: 0 },
  });
});
