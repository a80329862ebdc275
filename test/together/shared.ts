import { importTests } from "./import-tests.ts";

await importTests("test/together/shared.ts");
