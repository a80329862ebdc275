import { type InputTable, ownField, readChoice, refuse } from "../../input/input.ts";
import { literalFamily } from "../host/host.ts";
import type { Addressing } from "./deep-check.ts";

const MODES = ["first", "any", "each"] as const;
const MOST_ADDRESSES = 16;

/** Reads which addresses of a host are checked. A literal is one address, so there is nothing to choose. */
export function readAddressing(
  item: InputTable,
  hostname: string | undefined,
): Addressing | undefined {
  const mode = readChoice(item, "address_mode", MODES);
  const required = readRequired(item);
  if (mode !== "each" && ownField(item.fields, "addresses_required") !== undefined) {
    refuse(item, "addresses_required", 'goes only with address_mode = "each"');
  }
  if (mode === undefined || mode === "first") return undefined;
  if (hostname !== undefined && literalFamily(hostname) !== null) {
    refuse(item, "address_mode", `must be "first" for ${hostname}, which is one address`);
  }
  return mode === "any" ? { mode } : { mode, required: required ?? "all" };
}

function readRequired(item: InputTable): "all" | "majority" | number | undefined {
  const value = ownField(item.fields, "addresses_required");
  if (value === undefined || value === "all" || value === "majority") return value;
  const isCount = Number.isInteger(value) && Number(value) >= 1;
  if (isCount && Number(value) <= MOST_ADDRESSES) return Number(value);
  return refuse(item, "addresses_required", `must be "all", "majority" or 1 to ${MOST_ADDRESSES}`);
}
