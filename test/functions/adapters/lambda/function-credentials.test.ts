import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { afterEach, test } from "node:test";
import { defaultProvider } from "../../../../functions/adapters/lambda/function-credentials.ts";

const NAMES = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"] as const;
const ROOT = new URL("../../../../", import.meta.url);
const before = Object.fromEntries(NAMES.map((name) => [name, process.env[name]]));

afterEach(() => {
  for (const name of NAMES) setVariable(name, before[name]);
});

function setVariable(name: string, value: string | undefined): void {
  if (value === undefined) delete process.env[name];
  else process.env[name] = value;
}

function environment(...values: readonly (string | undefined)[]): void {
  NAMES.forEach((name, i) => {
    setVariable(name, values[i]);
  });
}

test("defaultProvider hands out the environment's credentials", async () => {
  environment("id", "secret", "token");
  const credentials = { accessKeyId: "id", secretAccessKey: "secret", sessionToken: "token" };
  assert.deepEqual(await defaultProvider()(), credentials);
});

test("defaultProvider does without a session token", async () => {
  environment("id", "secret");
  assert.deepEqual(await defaultProvider()(), { accessKeyId: "id", secretAccessKey: "secret" });
});

for (const values of [[], ["id"], [undefined, "secret"], ["", "secret"]])
  test(`defaultProvider fails without credentials: ${JSON.stringify(values)}`, async () => {
    environment(...values);
    await assert.rejects(defaultProvider()(), {
      message: "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY must be in the environment",
    });
  });

test("no code takes these credentials but the bundles, by an alias", () => {
  const folders = ["functions", "local", "cli", "shared"];
  const importing = folders
    .flatMap((folder) =>
      readdirSync(new URL(folder, ROOT), { recursive: true, encoding: "utf8" }).map(
        (file) => `${folder}/${file}`,
      ),
    )
    .filter((path) => path.endsWith(".ts"))
    .filter((path) =>
      /from ".*function-credentials\.ts"/.test(readFileSync(new URL(path, ROOT), "utf8")),
    );
  assert.deepEqual(importing, []);
});
