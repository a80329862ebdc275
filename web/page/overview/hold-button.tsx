interface HoldButtonProps {
  readonly name: string;
  /** Whether the Tab key reaches it: in the line that the keys are at. */
  readonly isActive: boolean;
  readonly onHold: () => void;
}

/** Asks how to hold the alerts of a line. */
export function HoldButton({ name, isActive, onHold }: HoldButtonProps) {
  return (
    <span role="gridcell" class="cell-hold">
      <button
        type="button"
        class="quiet"
        tabIndex={isActive ? 0 : -1}
        aria-label={`Hold alerts of ${name}`}
        aria-haspopup="dialog"
        title="Maintenance, silence, acknowledge (m)"
        onClick={onHold}
      >
        <svg width="14" height="14" viewBox="0 0 14 14" aria-hidden="true">
          <path d="M2 7h.01M7 7h.01M12 7h.01" />
        </svg>
      </button>
    </span>
  );
}
