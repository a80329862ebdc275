import type { Notice } from "../../shared/input/input.ts";
import { secretsIn, type Task, type TlsSettings } from "../../shared/task/task.ts";

/** Notices of what a task leaves unverified or unencrypted, or sets in vain. `file` is null if there are several. */
export function deepNotices(tasks: readonly Task[], file: string | null): Notice[] {
  return tasks.flatMap((task) => textsOf(task).map((text) => ({ file, task: task.name, text })));
}

function textsOf(task: Task): string[] {
  const tls = task.tls === undefined ? [] : tlsTexts(task.tls);
  return [...tls, ...clearTexts(task), ...idleTexts(task)];
}

function tlsTexts({ mode, verify, minVersion, maxVersion }: TlsSettings): string[] {
  const texts: string[] = [];
  if (mode === "permissive") {
    texts.push(
      'tls.mode "permissive" verifies nothing: any certificate passes, and what is wrong with it is only told',
    );
  } else if (verify === "none") {
    texts.push(
      'tls.verify "none" compares no name: a trusted certificate of any other host passes',
    );
  }
  for (const [name, version] of Object.entries({
    min_version: minVersion,
    max_version: maxVersion,
  })) {
    if (version !== "1.0" && version !== "1.1") continue;
    texts.push(
      `tls.${name} "${version}" is a version that RFC 8996 forbids: use it only to watch an old server`,
    );
  }
  return texts;
}

/** A secret that is sent before TLS begins can be read on the way. */
function clearTexts({ tls, dialogue, hold }: Task): string[] {
  const steps = dialogue?.steps ?? [];
  const start = steps.findIndex(({ kind }) => kind === "starttls");
  const clear = tls === undefined ? steps : steps.slice(0, Math.max(0, start));
  const later =
    tls === undefined ? [...(hold?.keepalive?.steps ?? []), ...(hold?.goodbye ?? [])] : [];
  const sent = [...clear, ...later].flatMap(secretsIn);
  return [...new Set(sent)].map(
    (reference) => `${reference} is sent without TLS, so that others can read it on the way`,
  );
}

/** What is set and changes nothing. */
function idleTexts({ tls, greeting, dialogue, hold, addressing, phaseTimeouts }: Task): string[] {
  const talks = greeting !== undefined || dialogue !== undefined;
  const reads = talks || tls !== undefined || hold !== undefined;
  const idle: readonly (readonly [isIdle: boolean, text: string])[] = [
    [
      hold !== undefined && addressing?.mode === "each",
      'hold_seconds is ignored with address_mode "each": no connection is held',
    ],
    [
      phaseTimeouts?.tlsMs !== undefined && tls === undefined,
      "tls_timeout_seconds is ignored: the task has no tls",
    ],
    [
      phaseTimeouts?.dialogueMs !== undefined && !talks,
      "dialogue_timeout_seconds is ignored: the task has no greeting and no dialogue",
    ],
    [
      phaseTimeouts?.readMs !== undefined && !reads,
      "read_timeout_seconds is ignored: the task waits for no answer",
    ],
  ];
  return idle.filter(([isIdle]) => isIdle).map(([, text]) => text);
}
