import type { SecretReference } from "./deep-check.ts";
import { isReference } from "./references.ts";

/** A part of a text that is sent: as it is, or in place of `${…}`. */
export type TemplatePart =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "label"; readonly label: string }
  | { readonly kind: "secret"; readonly reference: SecretReference };

/** `$${` is a literal `${`. */
const PLACE = /\$\$\{|\$\{([^}]*)\}/g;

const LABEL = /^[A-Za-z_]\w{0,63}$/;

/** The parts of the text of a `send` step. */
export function templateParts(text: string): readonly TemplatePart[] {
  const parts: TemplatePart[] = [];
  let plain = "";
  let from = 0;
  for (const { 0: place, 1: name, index } of text.matchAll(PLACE)) {
    plain += text.slice(from, index);
    from = index + place.length;
    if (name === undefined) {
      plain += "${";
      continue;
    }
    if (plain !== "") parts.push({ kind: "text", text: plain });
    plain = "";
    parts.push(
      isReference(name) ? { kind: "secret", reference: name } : { kind: "label", label: name },
    );
  }
  plain += text.slice(from);
  return plain === "" ? parts : [...parts, { kind: "text", text: plain }];
}

/** Whether a text can be the name of a label. */
export function isLabelName(text: string): boolean {
  return LABEL.test(text);
}

/** Whether a text has a `${` without its end. */
export function hasOpenPlace(text: string): boolean {
  return text.replace(PLACE, "\0").includes("${");
}
