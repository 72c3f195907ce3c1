import type { ComponentChildren } from "preact";
import { plain } from "@/views/plain.ts";

/** `path` begins with the field's name. */
export interface FieldProblem {
  path: string;
  message: string;
}

/** Problems of one field, or of something inside it. */
export const problemsOf = (problems: FieldProblem[], name: string): FieldProblem[] =>
  problems.filter(({ path }) =>
    path === name || /^[.[]/.test(path.slice(name.length)) &&
      path.startsWith(name)
  );

interface FieldProps {
  name: string;
  label: string;
  hint?: ComponentChildren;
  problems: FieldProblem[];
  class?: string;
  /** Makes the input, with the attributes that tie it to label, hint and problem. */
  children: (input: InputProps) => ComponentChildren;
}

export interface InputProps {
  id: string;
  name: string;
  "aria-describedby"?: string;
  "aria-invalid"?: "true";
  autofocus?: boolean;
}

export function Field({ name, label, hint, problems, class: kind, children }: FieldProps) {
  const wrong = problemsOf(problems, name);
  const described = [wrong.length > 0 && `${name}-problem`, hint && `${name}-hint`].filter(Boolean);
  const input: InputProps = { id: name, name };
  if (described.length > 0) input["aria-describedby"] = described.join(" ");
  if (wrong.length > 0) input["aria-invalid"] = "true";
  if (wrong.length > 0 && wrong[0] === problems[0]) input.autofocus = true;
  return (
    <div class={kind ? `field ${kind}` : "field"}>
      <label for={name}>{label}</label>
      {children(input)}
      {wrong.length > 0 && (
        <p class="why" id={`${name}-problem`}>
          {wrong.map((problem) => <span key={problem.path}>{sentence(problem, name)}</span>)}
        </p>
      )}
      {hint && <p class="field-hint" id={`${name}-hint`}>{hint}</p>}
    </div>
  );
}

/** With the path inside the field: `label.name → in: is an empty list`. */
function sentence({ path, message }: FieldProblem, name: string): string {
  const place = path.slice(name.length).replace(/^\./, "");
  return plain(place ? `${place}: ${message}` : message);
}

export function Tick({ name, label, hint, checked, class: kind }: {
  name: string;
  label: string;
  hint?: string;
  checked: boolean;
  class?: string;
}) {
  return (
    <div class={kind ? `field tick ${kind}` : "field tick"}>
      <input
        type="checkbox"
        id={name}
        name={name}
        checked={checked}
        aria-describedby={hint ? `${name}-hint` : undefined}
      />
      <label for={name}>{label}</label>
      {hint && <p class="field-hint" id={`${name}-hint`}>{hint}</p>}
    </div>
  );
}

interface ProblemListProps {
  problems: FieldProblem[];
  /** Fields of the form, which show their problems themselves. */
  fields: readonly string[];
}

/** Problems of no field are told in full. */
export function FormProblems({ problems, fields }: ProblemListProps) {
  if (problems.length === 0) return null;
  const others = problems.filter((problem) =>
    !fields.some((name) => problemsOf([problem], name).length > 0)
  );
  return (
    <div class="trouble" role="alert">
      <p>
        {problems.length === others.length
          ? "Nothing was saved."
          : "Nothing was saved: see what is said beside the fields."}
      </p>
      {others.map(({ path, message }) => (
        <p key={path}>{plain(path ? `${path}: ${message}` : message)}</p>
      ))}
    </div>
  );
}
