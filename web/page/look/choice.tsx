interface ChoiceProps {
  readonly label: string;
  readonly values: readonly string[];
  readonly value: string;
  readonly onChoose: (value: string) => void;
}

/** One of a few values. */
export function Choice({ label, values, value, onChoose }: ChoiceProps) {
  return (
    <fieldset class="choice">
      <legend class="unseen">{label}</legend>
      {values.map((one) => (
        <button key={one} type="button" aria-pressed={one === value} onClick={() => onChoose(one)}>
          {one}
        </button>
      ))}
    </fieldset>
  );
}
