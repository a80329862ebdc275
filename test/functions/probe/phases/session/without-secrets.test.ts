import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { withoutSecrets } from "../../../../../functions/probe/phases/session/session.ts";

const masked = (text: string, ...secrets: string[]) =>
  withoutSecrets({ secretsUsed: new Set(secrets) }, text);

describe("withoutSecrets", () => {
  for (const [text, shown] of [
    ["you said s3cret-token, s3cret-token", "you said ***, ***"],
    ["you said s3cret-to", "you said ***"],
    ["et-token was wrong", "*** was wrong"],
    ["s3cr", "***"],
    ["nothing of it", "nothing of it"],
    ["it ends in s3", "it ends in s3"],
  ] as const)
    it(`shows ${JSON.stringify(text)} as ${JSON.stringify(shown)}`, () =>
      assert.equal(masked(text, "s3cret-token"), shown));

  it("masks a secret of a file also without its last line's end", () =>
    assert.equal(masked("you said token", "token\n"), "you said ***"));

  it("masks the bytes of a secret that are shown as characters", () =>
    assert.equal(masked(Buffer.from("ü-pass").toString("latin1"), "ü-pass"), "***"));

  it("shows no three characters of a secret that a text begins or ends with, however it is cut", () => {
    const secret = "K7#qWz!9pL";
    const cut = fc.integer({ min: 3, max: secret.length });
    fc.assert(
      fc.property(cut, cut, (head, tail) => {
        const text = `${secret.slice(-tail)} and ${secret.slice(0, head)}`;
        for (let i = 0; i + 3 <= secret.length; i++)
          assert.equal(masked(text, secret).includes(secret.slice(i, i + 3)), false);
      }),
    );
  });
});
