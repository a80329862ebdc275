import { createRequire } from "node:module";

const load = createRequire(import.meta.resolve("dynalite"));
const loadForLevel = createRequire(load.resolve("level"));

/**
 * Keeps LevelDB's addon loaded until this process ends. Node unloads it with the last thread that has
 * loaded it, but the thread in which LevelDB compacts never ends: it goes on in code that is gone or,
 * if the addon is loaded again, beside a second one on the same queue (SIGSEGV).
 */
export function holdAddon(): void {
  loadForLevel("classic-level/binding.js");
}
