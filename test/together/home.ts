import { importTests } from "./import-tests.ts";

await importTests("test/together/home.ts");
