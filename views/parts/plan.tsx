import type { ComponentChildren } from "preact";
import type { Plan } from "@/db/nouns/plan.ts";
import { plain } from "@/views/plain.ts";

/** As it was written, letter for letter: Markdown could show something else than what is approved. */
export function PlanText({ plan }: { plan: Plan }) {
  return (
    <div class="plan">
      <Part title="📖 Background" show>{words(plan.background)}</Part>
      <Part title="✅ What was done" show>{words(plan.done)}</Part>
      <Part title="💡 Key insights" show>
        <ul>
          {plan.root_cause !== "" && <li dir="auto">Root cause: {plain(plan.root_cause)}</li>}
          {plan.affected_components.length > 0 && (
            <li dir="auto">Affected: {plain(plan.affected_components.join(", "))}</li>
          )}
          <li>
            Risk: <b>{plan.risk_level}</b>
          </li>
        </ul>
      </Part>
      <Part title="📁 Files affected" show={plan.files_affected.length > 0}>
        <ul>
          {plan.files_affected.map(({ path, change }, n) => (
            <li key={n} dir="auto">
              <code>{plain(path)}</code>: {plain(change)}
            </li>
          ))}
        </ul>
      </Part>
      <Part title="Steps" show>{list("ol", plan.steps)}</Part>
      <Part title="Tests" show={plan.tests.length > 0}>{list("ul", plan.tests)}</Part>
      <Part title="Left out" show={plan.left_out.length > 0}>{list("ul", plan.left_out)}</Part>
    </div>
  );
}

const words = (text: string) => <p class="pre" dir="auto">{plain(text)}</p>;

const list = (Kind: "ol" | "ul", lines: string[]) => (
  <Kind>{lines.map((line, n) => <li key={n} dir="auto">{plain(line)}</li>)}</Kind>
);

function Part({ title, show, children }: {
  title: string;
  show: boolean;
  children: ComponentChildren;
}) {
  if (!show) return null;
  return (
    <section>
      <h2>{title}</h2>
      {children}
    </section>
  );
}
