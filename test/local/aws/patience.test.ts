import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { patiently } from "../../../local/aws/patience.ts";

describe("patiently", () => {
  it("tries again what fails, and tells the first failure only", async () => {
    const notes: string[] = [];
    let left = 3;
    const work = async () => {
      if (left-- > 0) throw new Error(`no answer ${left}`);
      return "done";
    };
    const patience = { note: notes.push.bind(notes), pauseMs: 1 };
    assert.equal(await patiently("It waits", work, patience), "done");
    assert.deepEqual(notes, ["It waits: Error: no answer 2. It is tried again."]);
  });

  it("gives up with the last error after its patience, or when it is told to", async () => {
    let attempts = 0;
    const work = () => Promise.reject(new Error(`attempt ${++attempts}`));
    const short = { note: () => undefined, pauseMs: 5, patienceMs: 12 };
    await assert.rejects(patiently("It waits", work, short), ({ message }) => {
      assert.ok(attempts >= 2);
      return message === `attempt ${attempts}`;
    });
    let before = attempts;
    const mayPass = (error: unknown) => !String(error).endsWith(`attempt ${before + 2}`);
    await assert.rejects(patiently("It waits", work, { pauseMs: 1, mayPass }));
    assert.equal(attempts, before + 2);
    before = attempts;
    const signal = AbortSignal.abort();
    await assert.rejects(patiently("It waits", work, { ...short, patienceMs: 60_000, signal }));
    assert.equal(attempts, before + 1);
  });
});
