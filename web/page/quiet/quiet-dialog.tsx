import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { HeldRecord, QuietOrder } from "../../records/records.ts";
import { Choice } from "../look/choice.tsx";
import { Dialog } from "../look/dialog.tsx";
import { Refusal, sendChange } from "../state/api.ts";
import { refresh } from "../state/live.ts";
import { HeldEntry } from "./held-entry.tsx";
import { keepName, keptName } from "./kept-name.ts";
import { orderOf, type QuietForm, type QuietKind, usualDuration, withKind } from "./quiet-order.ts";

const TITLES: Readonly<Record<QuietKind, string>> = {
  maintenance: "Begin maintenance",
  silence: "Silence alerts",
  ack: "Acknowledge",
};

const CHOICES: Readonly<Record<string, QuietKind>> = {
  Maintenance: "maintenance",
  Silence: "silence",
  Acknowledge: "ack",
};

const MEANINGS: Readonly<Record<QuietKind, string>> = {
  maintenance: "No alert is sent, and the time counts for no uptime. Checks go on.",
  silence: "No alert is sent. Checks go on, and the time counts.",
  ack: "You are on it: no more reminders. Empty: until the incident ends.",
};

interface QuietDialogProps {
  /** What is chosen at first. */
  readonly kind: QuietKind;
  readonly scope: QuietOrder["scope"];
  readonly held: readonly HeldRecord[];
  readonly nowMs: number;
  readonly onClose: () => void;
}

interface Problem {
  readonly text: string;
  readonly field: string | null;
}

/**
 * What holds alerts here, with a way to end it; and asks what else to hold, how long, why and by whom. A
 * problem is shown at its field.
 */
export function QuietDialog({ scope, held, nowMs, onClose, ...asked }: QuietDialogProps) {
  const [form, setForm] = useState<QuietForm>({
    ...{ kind: asked.kind, reason: "", by: keptName() },
    duration: usualDuration(asked.kind),
  });
  const { kind } = form;
  const [problem, setProblem] = useState<Problem | null>(null);
  const submit = async () => {
    const order = orderOf(form, scope);
    if ("problem" in order) return setProblem({ text: order.problem, field: order.field });
    try {
      await sendChange("POST", `/api/${kind}`, order);
      keepName(order.by);
      void refresh();
      onClose();
    } catch (error) {
      const field = error instanceof Refusal ? error.field : null;
      setProblem({ text: error instanceof Error ? error.message : `${error}`, field });
    }
  };
  const set = (name: keyof QuietForm) => (value: string) => setForm({ ...form, [name]: value });
  const isKnown = problem !== null && ["durationMs", "reason", "by"].includes(problem.field ?? "");
  return (
    <Dialog title={`Hold alerts: ${scopeText(scope)}`} onClose={onClose}>
      {held.map((one) => (
        <HeldEntry key={one.id} held={one} nowMs={nowMs} />
      ))}
      <Choice
        label="What to do"
        values={Object.keys(CHOICES)}
        value={Object.keys(CHOICES).find((name) => CHOICES[name] === kind) ?? ""}
        onChoose={(name) => setForm((was) => withKind(was, CHOICES[name] ?? kind))}
      />
      <p class="soft">{MEANINGS[kind]}</p>
      <form
        class="quiet-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <Field
          label="For"
          name="durationMs"
          value={form.duration}
          problem={problem}
          onType={set("duration")}
        />
        <Field
          label="Reason"
          name="reason"
          value={form.reason}
          problem={problem}
          onType={set("reason")}
        />
        <Field label="By" name="by" value={form.by} problem={problem} onType={set("by")} />
        {problem !== null && !isKnown && <Trouble>{problem.text}</Trouble>}
        <button type="submit" class="button">
          {TITLES[kind]}
        </button>
      </form>
    </Dialog>
  );
}

interface FieldProps {
  readonly label: string;
  readonly name: string;
  readonly value: string;
  readonly problem: Problem | null;
  readonly onType: (value: string) => void;
}

function Field({ label, name, value, problem, onType }: FieldProps) {
  const isWrong = problem?.field === name;
  return (
    <label>
      <span>{label}</span>
      <input
        name={name}
        value={value}
        aria-invalid={isWrong}
        onInput={({ currentTarget }) => onType(currentTarget.value)}
      />
      {isWrong && <Trouble>{problem?.text}</Trouble>}
    </label>
  );
}

function Trouble({ children }: { children: ComponentChildren }) {
  return (
    <span class="trouble" role="alert">
      {children}
    </span>
  );
}

function scopeText(scope: QuietOrder["scope"]): string {
  if (scope.kind === "fleet") return "the whole fleet";
  return scope.kind === "task" ? scope.name : scope.id;
}
