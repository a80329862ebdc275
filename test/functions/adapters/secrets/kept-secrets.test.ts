import assert from "node:assert/strict";
import { test } from "node:test";
import { KeptSecrets } from "../../../../functions/adapters/secrets/kept-secrets.ts";
import { SecretError } from "../../../../functions/ports/secret-reader.ts";

const NAME = "ssm:a";
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Reads that give `text 1`, `text 2` … or reject with the code that is set. */
class Rig {
  nowMs = 0;
  readCount = 0;
  code: string | null = null;
  readonly kept = new KeptSecrets({
    monotonic: () => this.nowMs,
    readNow: async (reference) => {
      this.readCount++;
      if (this.code !== null) throw new SecretError(reference, this.code);
      return `text ${this.readCount}`;
    },
  });

  async codeOfRead(): Promise<string | undefined> {
    const error = await this.kept.read(NAME).catch((reason: unknown) => reason);
    return error instanceof SecretError ? error.code : undefined;
  }
}

test("a secret is read once for all who ask, and anew after an hour", async () => {
  const rig = new Rig();
  const both = await Promise.all([rig.kept.read(NAME), rig.kept.read(NAME)]);
  assert.deepEqual(both, ["text 1", "text 1"]);
  rig.nowMs = HOUR - 1;
  assert.equal(await rig.kept.read(NAME), "text 1");
  rig.nowMs = HOUR;
  assert.equal(await rig.kept.read(NAME), "text 2");
  assert.equal(await rig.kept.read("ssm:b"), "text 3");
});

test("a doubted secret is read anew, once a minute at most", async () => {
  const rig = new Rig();
  await rig.kept.read(NAME);
  rig.kept.doubt(NAME);
  rig.nowMs = MINUTE - 1;
  assert.equal(await rig.kept.read(NAME), "text 1");
  rig.nowMs = MINUTE;
  assert.equal(await rig.kept.read(NAME), "text 2");
  rig.nowMs = 2 * MINUTE;
  assert.equal(await rig.kept.read(NAME), "text 2");
  rig.kept.doubt(NAME);
  assert.equal(await rig.kept.read(NAME), "text 3");
  rig.kept.doubt("ssm:never-read");
  assert.equal(rig.readCount, 3);
});

test("a failed read is told to all who ask within a minute, and then read again", async () => {
  const rig = new Rig();
  rig.code = "AccessDeniedException";
  assert.equal(await rig.codeOfRead(), "AccessDeniedException");
  rig.code = null;
  rig.nowMs = MINUTE - 1;
  assert.equal(await rig.codeOfRead(), "AccessDeniedException");
  assert.equal(rig.readCount, 1);
  rig.nowMs = MINUTE;
  assert.equal(await rig.kept.read(NAME), "text 2");
});

for (const code of ["NO_ANSWER", "ThrottlingException", "InternalServerError"])
  test(`what was read before still counts if reading it anew ends with ${code}`, async () => {
    const rig = new Rig();
    await rig.kept.read(NAME);
    rig.nowMs = HOUR;
    rig.code = code;
    assert.equal(await rig.kept.read(NAME), "text 1");
    rig.nowMs = HOUR + MINUTE;
    assert.equal(await rig.kept.read(NAME), "text 1");
    rig.code = null;
    assert.equal(await rig.kept.read(NAME), "text 1");
    rig.nowMs = HOUR + 2 * MINUTE;
    assert.equal(await rig.kept.read(NAME), "text 4");
  });

test("what was read before is forgotten if the secret may not be read any more", async () => {
  const rig = new Rig();
  await rig.kept.read(NAME);
  rig.nowMs = HOUR;
  rig.code = "AccessDeniedException";
  assert.equal(await rig.codeOfRead(), "AccessDeniedException");
  rig.nowMs = HOUR + MINUTE;
  rig.code = "NO_ANSWER";
  assert.equal(await rig.codeOfRead(), "AccessDeniedException");
});

test("a read that does not end is given up after two seconds", async () => {
  const kept = new KeptSecrets({ monotonic: () => 0, readNow: () => new Promise(() => undefined) });
  const begunMs = performance.now();
  await assert.rejects(kept.read(NAME), { code: "NO_ANSWER" });
  const tookMs = performance.now() - begunMs;
  assert.ok(tookMs > 1_900 && tookMs < 4_000, `it took ${tookMs} ms`);
});

test("a read that ends too late for those who asked is there for the next ones", async () => {
  const { promise, resolve } = Promise.withResolvers<string>();
  const kept = new KeptSecrets({ monotonic: () => 0, readNow: () => promise });
  await assert.rejects(kept.read(NAME), { code: "NO_ANSWER" });
  resolve("late text");
  await promise;
  assert.equal(await kept.read(NAME), "late text");
});
