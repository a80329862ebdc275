import type { FindPatternFault } from "../../shared/task/task.ts";
import { type Check, type Findings, noFindings } from "./model/check.ts";
import type { Format, Source } from "./model/format.ts";
import { type ForeignText, readSource } from "./read-source.ts";
import { settleChecks, type Taken } from "./settle.ts";

/** What became of other tools' files: each TCP check is in `taken` or in `refused`. */
export interface Imported {
  /** The files that were read, and whose they are. */
  readonly files: readonly { readonly file: string; readonly format: Format }[];
  readonly taken: readonly Taken[];
  readonly refused: readonly Check[];
  /** How many checks of other types there are. */
  readonly others: ReadonlyMap<string, number>;
  readonly notes: Findings["notes"];
  /** Files that could not be read, with the reason. */
  readonly problems: readonly { readonly file: string; readonly reason: string }[];
}

/** Turns the TCP checks of other tools' files into tasks. A file that can't be read stops no other one. */
export function importFiles(
  texts: readonly ForeignText[],
  only: Format | null,
  findPatternFault: FindPatternFault,
): Imported {
  const byFormat = new Map<Format, Source[]>();
  const files: { file: string; format: Format }[] = [];
  const problems: { file: string; reason: string }[] = [];
  for (const text of texts) {
    const read = readSource(text, only);
    if (read.problem !== undefined) {
      problems.push({ file: text.file, reason: read.problem });
      continue;
    }
    files.push({ file: text.file, format: read.format });
    byFormat.set(read.format, [...(byFormat.get(read.format) ?? []), ...read.sources]);
  }
  const findings = noFindings();
  for (const [format, sources] of byFormat) format.read(sources, findings);
  const taken = settleChecks(findings.checks, findPatternFault);
  const refused = findings.checks.filter(({ refusal }) => refusal !== null);
  return { files, taken, refused, others: findings.others, notes: findings.notes, problems };
}
