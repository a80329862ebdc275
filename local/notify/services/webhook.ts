import {
  type InputTable,
  isFields,
  ownField,
  readChoice,
  refuse,
} from "../../../shared/input/input.ts";
import { readHeaders, readUrl } from "../message/fields.ts";
import type { Note, Service } from "../message/service.ts";

const METHODS = ["POST", "PUT", "PATCH"] as const;

const MOST_TEMPLATE = 65_536;

const PLACE = /\$\$\{|\$\{([^}]*)\}/g;

/** Any address that takes a request: the event as it is, or a template filled with it. */
export const webhook: Service = {
  title: "Webhook",
  fields: ["url", "method", "headers", "template"],
  secretFields: ["url", "headers"],
  combines: false,
  takesHeld: true,
  open: (item) => {
    const url = readUrl(item, "url", null);
    const method = readChoice(item, "method", METHODS) ?? "POST";
    const headers = { "content-type": "application/json", ...readHeaders(item, "headers") };
    const isJson = /^application\/(?:[\w.+-]+\+)?json\b/i.test(headers["content-type"]);
    const template = readTemplate(item, isJson);
    return (note) => ({
      kind: "http",
      method,
      url,
      headers: { "synfleet-event-id": note.id, ...headers },
      body: template === null ? JSON.stringify(note.event) : fillTemplate(template, note, isJson),
    });
  },
};

function readTemplate(item: InputTable, isJson: boolean): string | null {
  const value = ownField(item.fields, "template");
  if (value === undefined) return null;
  if (typeof value !== "string" || value === "" || value.length > MOST_TEMPLATE) {
    refuse(item, "template", `must be a text of 1 to ${MOST_TEMPLATE} characters`);
    return null;
  }
  if (isJson && !isJsonText(value.replace(PLACE, "0"))) {
    item.report(`${item.path}template`, "is not JSON when its places are filled");
  }
  return value;
}

function isJsonText(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Each `${detail.task_name}` is the value of that path; what is not there is empty. */
function fillTemplate(template: string, note: Note, isJson: boolean): string {
  return template.replace(PLACE, (place, path?: string) => {
    if (path === undefined) return place.slice(1);
    return showPlace(valueAt({ ...note.event, message: note.message }, path.trim()), isJson);
  });
}

function valueAt(root: object, path: string): unknown {
  return path.split(".").reduce((value: unknown, name) => {
    if (Array.isArray(value)) return /^\d+$/.test(name) ? value[Number(name)] : undefined;
    return isFields(value) ? ownField(value, name) : undefined;
  }, root);
}

/** In JSON a text is escaped as the inside of a string, and anything else is JSON as it is. */
function showPlace(value: unknown, isJson: boolean): string {
  if (value === undefined || value === null) return isJson && value === null ? "null" : "";
  if (typeof value !== "string") return JSON.stringify(value);
  return isJson ? JSON.stringify(value).slice(1, -1) : value;
}
