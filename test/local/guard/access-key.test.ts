import assert from "node:assert/strict";
import { test } from "node:test";
import {
  hasAccessKey,
  newAccessKey,
  signedRegion,
  signedWith,
} from "../../../local/guard/access-key.ts";

test("newAccessKey is another one each time, and nothing that a header would need to quote", () => {
  const keys = Array.from({ length: 100 }, newAccessKey);
  assert.equal(new Set(keys).size, 100);
  for (const key of keys) assert.match(key, /^[0-9a-f]{64}$/);
});

const OURS = signedWith("k1");

const HEADERS: readonly (readonly [string, string | undefined, boolean])[] = [
  ["the key", OURS, true],
  ["another key", signedWith("k2"), false],
  ["a key that begins with the key", signedWith("k11"), false],
  ["the beginning of the key", signedWith("k"), false],
  ["no key", "AWS4-HMAC-SHA256 Credential=/a/b/c/aws4_request", false],
  ["the key in another place", "AWS4-HMAC-SHA256 Signature=k1, Credential=x/k1/", false],
  ["another scheme", "Bearer Credential=k1/", false],
  ["an empty text", "", false],
  ["nothing", undefined, false],
];

for (const [what, header, expected] of HEADERS) {
  test(`hasAccessKey is ${expected} for ${what}`, () => {
    assert.equal(hasAccessKey(header, "k1"), expected);
  });
}

test("signedRegion is the region of the credential scope, and null without one", () => {
  const scope = "Credential=k1/20260105/ap-southeast-2/lambda/aws4_request";
  assert.equal(signedRegion(`AWS4-HMAC-SHA256 ${scope}, SignedHeaders=host`), "ap-southeast-2");
  for (const header of [undefined, "", OURS, "AWS4-HMAC-SHA256 Credential=k1/now/a/lambda"]) {
    assert.equal(signedRegion(header), null);
  }
});
