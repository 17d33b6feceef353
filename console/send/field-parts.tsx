// What every field of Send has: a label, a note, its error under it.
import type { ComponentChildren } from 'preact';
import { Icon } from '../parts/icon.tsx';
import type { Draft } from './draft.ts';
import type { Field, Problems } from './field-problems.ts';

export interface FormProps {
  draft: Draft;
  problems: Problems;
  onChange(part: Partial<Draft>): void;
}

/** What ties a control to its label and its error. */
export const about = (field: Field, problems: Problems) => ({
  id: `send-${field}`,
  'aria-invalid': problems[field] !== undefined,
  'aria-describedby': problems[field] === undefined ? undefined : `send-${field}-error`,
});

export function Labelled({
  field,
  label,
  note,
  problems,
  children,
}: {
  field: Field;
  label: string;
  note?: string;
  problems: Problems;
  children: ComponentChildren;
}) {
  return (
    <div>
      <label class="field-label" for={`send-${field}`}>
        {label}
        <span>{note}</span>
      </label>
      {children}
      <FieldError field={field} problems={problems} />
    </div>
  );
}

export function TextField({
  field,
  label,
  note,
  value,
  problems,
  onInput,
}: {
  field: Field;
  label: string;
  note?: string;
  value: string;
  problems: Problems;
  onInput(value: string): void;
}) {
  return (
    <Labelled field={field} label={label} note={note} problems={problems}>
      <input
        {...about(field, problems)}
        type="text"
        value={value}
        autocomplete="off"
        onInput={(event) => onInput(event.currentTarget.value)}
      />
    </Labelled>
  );
}

export function FieldError({ field, problems }: { field: Field; problems: Problems }) {
  const problem = problems[field];
  if (problem === undefined) return null;
  return (
    <p class="field-error" id={`send-${field}-error`}>
      <Icon name="failed" />
      <span>{problem}</span>
    </p>
  );
}
