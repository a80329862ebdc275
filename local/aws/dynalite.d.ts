// dynalite 4 ships no types; what is used here, as its README and source have it.
declare module "dynalite" {
  import type { Server } from "node:http";

  interface DynaliteOptions {
    /** Folder of the LevelDB store; in memory without it. */
    readonly path?: string;
    /** How long a new table stays in CREATING. */
    readonly createTableMs?: number;
  }

  export default function dynalite(options: DynaliteOptions): Server;
}
