import type { PlanStore } from "../../functions/ports/plan-store.ts";
import {
  type Bundle,
  bundlesNamed,
  decodeBundle,
  encodeBundle,
  type Manifest,
} from "../../shared/plan/plan.ts";
import type { AgentFiles } from "./agent-files.ts";
import type { Reach } from "./reach.ts";

const MANIFEST = "manifest.json";

/** What a keeper works with. */
export interface KeptPlansSetup {
  readonly stored: PlanStore;
  readonly files: AgentFiles;
  readonly reach: Reach;
}

/** Plans that are also on the disk, so that an agent that starts without AWS goes on by the last one. */
export function keepPlans({ stored, files, reach }: KeptPlansSetup): PlanStore {
  const keep = (name: string, content: string | Uint8Array) =>
    files.write(name, content).catch(() => undefined);
  return {
    ...stored,
    async readManifest() {
      try {
        const manifest = await reach.ask(() => stored.readManifest());
        if (manifest !== null) await keep(MANIFEST, JSON.stringify(manifest));
        return manifest;
      } catch (error) {
        const kept = await files.readJson(MANIFEST);
        if (kept === null) throw error;
        return kept as Manifest;
      }
    },
    async readBundle(hash) {
      try {
        const bundle = await reach.ask(() => stored.readBundle(hash));
        if (bundle !== null) await keepBundle(files, hash, bundle).catch(() => undefined);
        return bundle;
      } catch (error) {
        const bytes = await files.read(fileOf(hash));
        if (bytes === null) throw error;
        return decodeBundle(bytes, hash);
      }
    },
  };
}

function fileOf(hash: string): string {
  return `bundle-${hash}`;
}

/** Only what the newest manifest names is of use later. */
async function keepBundle(files: AgentFiles, hash: string, bundle: Bundle): Promise<void> {
  const encoded = encodeBundle(bundle);
  if (encoded.hash === hash) await files.write(fileOf(hash), encoded.bytes);
  const manifest = (await files.readJson(MANIFEST)) as Manifest | null;
  const named = manifest === null ? new Set<string>() : bundlesNamed(manifest);
  for (const name of await files.list()) {
    const isOld = name.startsWith(fileOf("")) && !named.has(name.slice(fileOf("").length));
    if (isOld && name !== fileOf(hash)) await files.remove(name);
  }
}
