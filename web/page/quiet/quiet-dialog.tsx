import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { QuietOrder } from "../../records/records.ts";
import { Dialog } from "../look/dialog.tsx";
import { Refusal, sendChange } from "../state/api.ts";
import { refresh } from "../state/live.ts";
import { keepName, keptName } from "./kept-name.ts";
import { orderOf, type QuietForm, type QuietKind } from "./quiet-order.ts";

const TITLES: Readonly<Record<QuietKind, string>> = {
  maintenance: "Begin maintenance",
  silence: "Silence alerts",
  ack: "Acknowledge",
};

const MEANINGS: Readonly<Record<QuietKind, string>> = {
  maintenance: "No alert is sent, and the time counts for no uptime. Checks go on.",
  silence: "No alert is sent. Checks go on, and the time counts.",
  ack: "You are on it: no more reminders. Empty: until the incident ends.",
};

interface QuietDialogProps {
  readonly kind: QuietKind;
  readonly scope: QuietOrder["scope"];
  readonly onClose: () => void;
}

interface Problem {
  readonly text: string;
  readonly field: string | null;
}

/** Asks for how long, why and by whom, and orders it. A problem is shown at its field. */
export function QuietDialog({ kind, scope, onClose }: QuietDialogProps) {
  const [form, setForm] = useState<QuietForm>({
    ...{ kind, reason: "", by: keptName() },
    duration: kind === "ack" ? "" : "1 h",
  });
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
    <Dialog title={`${TITLES[kind]}: ${scopeText(scope)}`} onClose={onClose}>
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
