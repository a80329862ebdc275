import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { NO_SECRETS } from "../../../../functions/adapters/secrets/secrets.ts";
import { createProbers } from "../../../../functions/probe/probers/probers.ts";
import { probeTcp } from "../../../../functions/probe/probers/tcp.ts";
import { checkKindOf, needsOfDeep } from "../../../../shared/task/task.ts";
import { aTask } from "../../../fakes/results.ts";

const PROBERS = createProbers({ secrets: NO_SECRETS });

describe("createProbers", () => {
  it("gives a task without needs the plain TCP check", () =>
    assert.equal(PROBERS[checkKindOf(aTask("a"))], probeTcp));

  it("gives a task that is only connected to in another way the plain TCP check", () => {
    const retry = {
      maxAttempts: 2,
      initialBackoffMs: 100,
      multiplier: 2,
      maxBackoffMs: 1,
      jitter: 0,
    };
    const deep = { retry, rateLimit: "disabled", addressing: { mode: "any" } } as const;
    assert.equal(PROBERS[checkKindOf({ ...aTask("a"), ...deep, ...needsOfDeep(deep) })], probeTcp);
  });

  it("gives a task that exchanges bytes the phases", () => {
    const deep = { greeting: "ssh" } as const;
    const task = { ...aTask("a"), ...deep, ...needsOfDeep(deep) };
    assert.equal(PROBERS[checkKindOf(task)], PROBERS.phases);
  });
});

describe("probeTcp", () => {
  it("says at once, without a promise, that the port is open", () =>
    assert.deepEqual(probeTcp(), { outcome: "open" }));
});
