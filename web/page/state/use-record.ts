import { useEffect, useState } from "preact/hooks";
import { addressOf, readRecord } from "./api.ts";

/** A record on its way, there, or refused. What was there stays while it is read again. */
export interface Read<T> {
  readonly record: T | null;
  readonly problem: string | null;
  readonly isReading: boolean;
}

type Fields = Parameters<typeof addressOf>[1];

/** Reads a record, again when its address or `version` changes; a null path reads nothing. */
export function useRecord<T>(path: string | null, fields: Fields = {}, version = 0): Read<T> {
  const address = path === null ? null : addressOf(path, fields);
  const [read, setRead] = useState<Read<T> & { address: string | null }>({
    record: null,
    problem: null,
    isReading: true,
    address: null,
  });
  useEffect(() => {
    if (address === null) return;
    let isWanted = true;
    const settle = (changes: Partial<Read<T>>) => {
      if (isWanted)
        setRead((was) => ({ ...was, isReading: false, problem: null, address, ...changes }));
    };
    setRead((was) => ({ ...was, isReading: true }));
    readRecord<T>(address).then(
      (record) => settle({ record }),
      (error: Error) => settle({ problem: error.message }),
    );
    return () => {
      isWanted = false;
    };
  }, [address, version]);
  return read;
}
