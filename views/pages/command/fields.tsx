import type { ComponentChildren } from "preact";
import { type CommandField, fieldOf } from "@/db/nouns/command.ts";
import type { Typed } from "@/db/nouns/command_fields.ts";
import { type Draft, forActions } from "@/views/pages/command/draft.ts";
import { Field, type FieldProblem, type InputProps, Tick } from "@/views/parts/field.tsx";
import { plain } from "@/views/plain.ts";

export interface Part {
  draft: Draft;
  problems: FieldProblem[];
}

interface CommandInputProps extends Part {
  name: CommandField;
  hint?: ComponentChildren;
  /** It lies in a part that is shown for its actions only. */
  within?: boolean;
  /** A widget of its own; not given: the common one of its kind. */
  children?: (input: InputProps) => ComponentChildren;
}

/** A field of a command: label, kind and the actions that use it come from its table. */
export function CommandInput(props: CommandInputProps) {
  const { name, draft, problems, within, children } = props;
  const field = fieldOf(name);
  const hint = props.hint ?? field.plain?.hint;
  const shown = field.actions && !within ? forActions(name) : undefined;
  const { typed } = field;
  if (typed === "tick") {
    const checked = draft[name] !== "";
    const words = typeof hint === "string" ? hint : undefined;
    return <Tick name={name} label={field.label} hint={words} checked={checked} class={shown} />;
  }
  const widget = children ??
    ((input: InputProps) => WIDGETS[typed](input, draft[name], field.words ?? []));
  return (
    <Field name={name} label={field.label} problems={problems} hint={hint} class={shown}>
      {widget}
    </Field>
  );
}

type Widget = (input: InputProps, text: string, words: readonly string[]) => ComponentChildren;

const line: Widget = (input, text) => <input {...input} value={plain(text)} />;
const lines: Widget = (input, text) => <textarea {...input} rows={2}>{plain(text)}</textarea>;
const code: Widget = (input, text) => (
  <textarea {...input} rows={3} class="mono" spellcheck={false}>{plain(text)}</textarea>
);

const WIDGETS: Record<Exclude<Typed, "tick">, Widget> = {
  text: line,
  words: line,
  lines,
  prose: lines,
  json: code,
  number: (input, text) => <input {...input} value={plain(text)} inputMode="numeric" size={6} />,
  choice: (input, text, words) => (
    <select {...input}>
      {words.map((word) => <option key={word} value={word} selected={word === text}>{word}
      </option>)}
    </select>
  ),
};
