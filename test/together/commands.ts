import { importTests } from "./import-tests.ts";

await importTests("test/together/commands.ts");
