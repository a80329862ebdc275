import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readCount, readEnvironment } from "../../functions/read-environment.ts";

describe("readEnvironment", () => {
  it("gives the variables under the names that the function uses", () => {
    const environment = { SYNFLEET_FLEET: "f1", AWS_REGION: "eu-west-1", PATH: "/bin" };
    const read = readEnvironment(environment, { fleet: "SYNFLEET_FLEET", region: "AWS_REGION" });
    assert.deepEqual(read, { fleet: "f1", region: "eu-west-1" });
  });

  it("names every missing or empty variable in one error", () => {
    const wanted = { a: "A", b: "B", c: "C" };
    assert.throws(() => readEnvironment({ A: "", B: "set" }, wanted), {
      name: "EnvironmentError",
      message: "Missing environment variables: A, C",
    });
  });
});

describe("readCount", () => {
  it("reads a whole number and falls back where there is none", () => {
    assert.equal(readCount({ DAYS: "7" }, "DAYS", 30), 7);
    assert.equal(readCount({}, "DAYS", 30), 30);
    assert.equal(readCount({ DAYS: "" }, "DAYS", 30), 30);
  });

  for (const text of ["0", "-1", "1.5", "seven", "NaN", "Infinity"])
    it(`refuses ${text}`, () =>
      assert.throws(() => readCount({ DAYS: text }, "DAYS", 30), {
        message: `DAYS must be a whole number above 0, is "${text}"`,
      }));
});
