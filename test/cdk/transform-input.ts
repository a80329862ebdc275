import type { Envelope } from "./golden-events.ts";

/** As a rule's target has it. */
export interface InputTransformer {
  readonly InputPathsMap: Readonly<Record<string, string>>;
  readonly InputTemplate: string;
}

/** What EventBridge makes of an event for a target: JSON, or the text of a quoted template. */
export function transformInput(transformer: InputTransformer, event: Envelope): unknown {
  const isText = transformer.InputTemplate.startsWith('"');
  const filled = transformer.InputTemplate.replace(/<([^>]+)>/g, (_, name: string) => {
    const value = valueAt(event, transformer.InputPathsMap[name] ?? "");
    const json = JSON.stringify(value);
    return isText && typeof value === "string" ? json.slice(1, -1) : json;
  });
  return JSON.parse(filled);
}

function valueAt(event: object, path: string): unknown {
  const steps = path
    .replace(/^\$\.?/, "")
    .split(/[.[\]]+/)
    .filter((step) => step !== "");
  const value = steps.reduce<unknown>(
    (place, step) => (place as Record<string, unknown> | undefined)?.[step],
    event,
  );
  if (value === undefined) throw new Error(`The event has nothing at ${path}`);
  return value;
}
