import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { devNull, tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import { openLocalData } from "../../../local/aws/local-data.ts";
import { dropAwsSettings } from "../../../local/aws/own-settings.ts";

test("dropAwsSettings leaves no AWS setting of the user but where secrets are, and everything else", () => {
  const environment = {
    AWS_PROFILE: "p",
    aws_region: "r",
    AWS_USE_FIPS_ENDPOINT: "true",
    AWS_ENDPOINT_URL: "http://127.0.0.1:1",
    AWS_ENDPOINT_URL_SSM: "http://127.0.0.1:2",
    PATH: "/",
  };
  dropAwsSettings(environment);
  assert.deepEqual(environment, {
    PATH: "/",
    AWS_ENDPOINT_URL_SSM: "http://127.0.0.1:2",
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    AWS_EC2_METADATA_DISABLED: "true",
  });
});

test("openLocalData takes nothing of the user's AWS settings", async () => {
  const dir = mkdtempSync(join(tmpdir(), "synfleet-"));
  const broken = join(dir, "config");
  writeFileSync(
    broken,
    "[default\nuse_fips_endpoint = true\n[profile none]\ndefaults_mode = nonsense\nretry_mode = no\n",
  );
  Object.assign(process.env, {
    AWS_USE_FIPS_ENDPOINT: "true",
    AWS_USE_DUALSTACK_ENDPOINT: "true",
    AWS_PROFILE: "none",
    AWS_CONFIG_FILE: broken,
    AWS_SHARED_CREDENTIALS_FILE: dir,
    AWS_ENDPOINT_URL: "http://127.0.0.1:1",
    AWS_ENDPOINT_URL_DYNAMODB: "http://127.0.0.1:1",
    AWS_MAX_ATTEMPTS: "0",
    AWS_RETRY_MODE: "nonsense",
    AWS_DEFAULTS_MODE: "nonsense",
    AWS_ACCOUNT_ID_ENDPOINT_MODE: "nonsense",
  });
  const data = await openLocalData(join(dir, "data"));
  const wanted = { TableName: "local-tasks", Key: { name: { S: "t1" } } };
  assert.equal((await data.client.send(new GetItemCommand(wanted))).Item, undefined);
  await data.close();
  rmSync(dir, { recursive: true });
});
