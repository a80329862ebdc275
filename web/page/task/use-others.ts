import { useEffect, useState } from "preact/hooks";
import type { SeriesRecord } from "../../records/records.ts";
import { readRecord } from "../state/api.ts";

/** The series of other tasks over the same time; one that can't be read is left out. */
export function useOthers(
  names: readonly string[],
  fromMs: number,
  toMs: number,
): readonly SeriesRecord[] {
  const [records, setRecords] = useState<readonly SeriesRecord[]>([]);
  const key = JSON.stringify([names, fromMs, toMs]);
  useEffect(() => {
    let isWanted = true;
    const reads = names.map((name) =>
      readRecord<SeriesRecord>("/api/series", { name, from: fromMs, to: toMs }),
    );
    Promise.allSettled(reads).then((settled) => {
      const read = settled.flatMap((one) => (one.status === "fulfilled" ? one.value : []));
      if (isWanted) setRecords(read);
    });
    return () => {
      isWanted = false;
    };
  }, [key]);
  return records;
}
