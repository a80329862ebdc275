import {
  endEntry,
  entryWithId,
  explainClosed,
  explainUnknownTarget,
  findEntries,
  type Order,
  orderEntry,
} from "../../../functions/operate/operate.ts";
import { parseEntry } from "../../../shared/alerting/operators/operators.ts";
import type { Scope } from "../../../shared/alerting/settings/settings.ts";
import { problemSentence } from "../../../shared/input/input.ts";
import { jsonContent } from "../http/content.ts";
import { HttpProblem } from "../http/problem.ts";
import { readJsonBody } from "../http/read-body.ts";
import { findTask } from "./find-task.ts";
import { readOrder } from "./quiet-order.ts";
import type { PageServices, Route } from "./route.ts";

const KINDS = { maintenance: "maintenance", silence: "silence", ack: "acknowledge" } as const;

/** `/api/maintenance`, `/api/silence` and `/api/ack`: hold alerts from now on. */
export function orderRoutes(services: PageServices): Route[] {
  return Object.entries(KINDS).map(([word, kind]) => ({
    method: "POST",
    path: `/api/${word}`,
    isChange: true,
    answer: async ({ request }) => {
      const nowMs = services.now();
      const order = readOrder(kind, await readJsonBody(request), nowMs);
      await checkScope(services, order);
      const entry = orderEntry(order, nowMs);
      const { problems } = parseEntry(entry);
      if (problems.length > 0) throw new HttpProblem(400, problems.map(problemSentence).join("; "));
      await services.sources.settings.putSettings([entry]);
      services.overview.forget();
      services.feed.poke();
      return { status: 201, content: jsonContent({ id: entry.key.replace(/^\w+#/, "") }) };
    },
  }));
}

/** `DELETE /api/entry`: ends a maintenance, a silence or an acknowledgement now. */
export function endRoute({ sources, now, overview, feed }: PageServices): Route {
  return {
    method: "DELETE",
    path: "/api/entry",
    parameters: ["id"],
    isChange: true,
    answer: async ({ query }) => {
      const found = await findEntries(sources.settings, Object.values(KINDS));
      const entry = entryWithId(found, query.required("id"), "entry");
      if (typeof entry === "string") throw new HttpProblem(404, entry, { field: "id" });
      const state = await endEntry(sources.settings, entry, now());
      if (state === "of a file") {
        throw new HttpProblem(409, "It is of a task file: remove it there and apply the file");
      }
      overview.forget();
      feed.poke();
      return { content: jsonContent({ id: entry.id, state }) };
    },
  };
}

async function checkScope(services: PageServices, { kind, scope }: Order): Promise<void> {
  const unknown = await explainUnknown(services, scope);
  if (unknown !== null) throw new HttpProblem(404, unknown, { field: "scope" });
  if (kind !== "acknowledge") return;
  const closed = await explainClosed(services.sources.states, scope);
  if (closed !== null) throw new HttpProblem(409, closed);
}

async function explainUnknown(services: PageServices, scope: Scope): Promise<string | null> {
  if (scope.kind === "task") await findTask(services, scope.name);
  return scope.kind === "target" ? explainUnknownTarget(services.sources.tasks, scope.id) : null;
}
