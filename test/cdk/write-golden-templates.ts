import { mkdirSync, writeFileSync } from "node:fs";
import { maskAssets } from "./mask-assets.ts";
import { SMALL_FLEET, synthesize, WATCHED_FLEET } from "./synthesize.ts";

// Run after a change that is meant: `node test/cdk/write-golden-templates.ts`, and read the diff.
function write(fleet: object, place: string): void {
  const folder = new URL(`../golden/templates/${place}`, import.meta.url);
  mkdirSync(folder, { recursive: true });
  for (const [stack, template] of Object.entries(synthesize(fleet).templates))
    writeFileSync(
      new URL(`${stack}.json`, folder),
      `${JSON.stringify(maskAssets(template), null, 2)}\n`,
    );
}

write(SMALL_FLEET, "");
write(WATCHED_FLEET, "full/");
