import { marshall } from "@aws-sdk/util-dynamodb";
import { AHEAD_TOLERANCE_MS } from "../../../shared/slot/slot.ts";
import type { RunLock } from "../../ports/run-lock.ts";
import { deleteIf, putVersioned, setIf, type TableSetup } from "./table.ts";

const LOCK_KEY = { pk: "fleet", sk: "lock" };

/** The attribute of a lock whose holder is asked to look once more. */
const WANTED = "wanted";

/** The run lock in the home region's `alerts` table. */
export function createRunLock(setup: TableSetup): RunLock {
  return {
    async acquire(holder, nowMs, untilMs) {
      const put = await putVersioned(setup, LOCK_KEY, {
        item: marshall({ ...LOCK_KEY, holder, until_ms: untilMs }),
        condition: {
          expression:
            // An end that is no number compares with nothing: without the last condition it would hold for ever.
            "attribute_not_exists(pk) OR until_ms <= :now OR until_ms > :ahead OR holder = :holder OR NOT attribute_type(until_ms, :number)",
          values: {
            ":now": nowMs,
            ":ahead": nowMs + AHEAD_TOLERANCE_MS,
            ":holder": holder,
            ":number": "N",
          },
        },
      });
      return put === "stored" ? "acquired" : "held";
    },

    async want() {
      const condition = { expression: "attribute_exists(pk)" };
      return (await setIf(setup, LOCK_KEY, { name: WANTED, condition })) === "stored";
    },

    async releaseUnlessWanted(holder) {
      const deleted = await deleteIf(setup, LOCK_KEY, {
        expression: `holder = :holder AND attribute_not_exists(${WANTED})`,
        values: { ":holder": holder },
      });
      return deleted === "deleted" ? "released" : "wanted";
    },

    async release(holder) {
      await deleteIf(setup, LOCK_KEY, {
        expression: "holder = :holder",
        values: { ":holder": holder },
      });
    },
  };
}
