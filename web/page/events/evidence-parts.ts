type Fields = Readonly<Record<string, unknown>>;

/** Of an event's detail, what people look at: votes and samples as tables, and other fields as lines. */
export interface EvidenceParts {
  readonly votes: readonly Fields[];
  readonly samples: readonly Fields[];
  readonly fields: readonly (readonly [string, string])[];
}

/** What the page says elsewhere, or what is for other machines. */
const UNSHOWN = new Set([
  "version",
  "id",
  "summary",
  "pagerduty",
  "slack",
  "votes",
  "vote",
  "samples",
  "task_name",
]);

/** Sorts a detail into its parts. It is as its writer made it, so nothing of it is taken for granted. */
export function evidenceOf(detail: Fields): EvidenceParts {
  const votes = recordsIn(detail.votes);
  const single = isRecord(detail.vote) ? [detail.vote] : [];
  const fields = Object.entries(detail).flatMap(([name, value]) =>
    UNSHOWN.has(name) || value === null
      ? []
      : [[name.replaceAll("_", " "), valueText(value)] as const],
  );
  return { votes: [...votes, ...single], samples: recordsIn(detail.samples), fields };
}

/** A value of a detail as text. */
export function valueText(value: unknown): string {
  if (Array.isArray(value)) return value.map(valueText).join(", ");
  if (!isRecord(value)) return `${value ?? "–"}`;
  return Object.entries(value)
    .map(([name, inner]) => `${name} ${valueText(inner)}`)
    .join(", ");
}

function recordsIn(value: unknown): Fields[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

function isRecord(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
