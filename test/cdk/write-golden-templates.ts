import { mkdirSync, writeFileSync } from "node:fs";
import { maskAssets } from "./mask-assets.ts";
import { SMALL_FLEET, synthesize } from "./synthesize.ts";

// Run after a change that is meant: `node test/cdk/write-golden-templates.ts`, and read the diff.
const folder = new URL("../golden/templates/", import.meta.url);
mkdirSync(folder, { recursive: true });
for (const [stack, template] of Object.entries(synthesize(SMALL_FLEET).templates))
  writeFileSync(
    new URL(`${stack}.json`, folder),
    `${JSON.stringify(maskAssets(template), null, 2)}\n`,
  );
