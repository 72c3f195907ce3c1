import { type ActionName, REACTIONS } from "@/db/nouns/command_fields.ts";
import { forActions } from "@/views/pages/command/draft.ts";
import { CommandInput } from "@/views/pages/command/fields.tsx";
import type { CommandFormProps, PathHints } from "@/views/pages/command/form.tsx";
import { AgentField } from "@/views/pages/webhook/settings.tsx";
import { plain } from "@/views/plain.ts";

const IN_WORDS: Record<ActionName, string> = {
  create_task: "create_task: an agent works on it",
  comment: "comment: say something where it happened",
  github_reaction: "github_reaction: react with an emoji",
  github_label: "github_label: add labels",
  ask: "ask: ask something; the answer starts the work",
  respond: "respond: answer only the one who asked",
  forward: "forward: send the event on to another service",
};

/** What a command does; a style sheet shows the fields of the chosen action alone. */
export function ActionFields(props: CommandFormProps) {
  const { webhook, draft, problems } = props;
  const part = { draft, problems };
  return (
    <fieldset>
      <legend>What it does</legend>
      <CommandInput name="action" {...part}>
        {(input) => (
          <select {...input}>
            {webhook.actions.map((action) => (
              <option key={action} value={action} selected={action === draft.action}>
                {IN_WORDS[action] ?? action}
              </option>
            ))}
          </select>
        )}
      </CommandInput>
      <Template {...props} />
      {props.hints && <Paths {...props.hints} />}
      <Small {...props} />
      <Work {...props} />
    </fieldset>
  );
}

const TEMPLATE_HINTS: [string, string][] = [
  [
    "create_task",
    "What the agent is told. Left empty: the description, or what the built-in command of this name is told.",
  ],
  ["comment", "What is said."],
  ["ask", "The question."],
  ["respond", "The answer."],
  ["forward", "What is sent. Left empty: the delivery and its payload as JSON."],
];

function Template({ draft, problems }: CommandFormProps) {
  return (
    <CommandInput
      name="template"
      draft={draft}
      problems={problems}
      hint={
        <>
          {TEMPLATE_HINTS.map(([action, hint]) => (
            <span key={action} class={`for for-${action}`}>{`${hint} `}</span>
          ))}
          Values of the payload by their path, with filters:{" "}
          <code>{'{{ issue.title | truncate: 80 | default: "no title" }}'}</code>. Also there:{" "}
          <code>{"{{ args }}"}</code>, what stands behind the command, and{" "}
          <code>{"{{ delivery.actor }}"}</code>, <code>delivery.title</code>,{" "}
          <code>delivery.url</code>, <code>delivery.text</code>, <code>delivery.repository</code>.
        </>
      }
    >
      {(input) => (
        <textarea {...input} rows={5} class="mono" spellcheck={false}>
          {plain(draft.template)}
        </textarea>
      )}
    </CommandInput>
  );
}

/** What a template may name, as the newest delivery had it. */
function Paths({ event_type, paths }: PathHints) {
  return (
    <details class={`fold paths ${forActions("template")}`}>
      <summary>
        Paths in the newest delivery, <code>{plain(event_type)}</code>
      </summary>
      <ul class="path-list" tabIndex={0} aria-label="Paths">
        {paths.map((path) => (
          <li key={path}>
            <code>{plain(path)}</code>
          </li>
        ))}
      </ul>
    </details>
  );
}

function Small({ webhook, draft, problems }: CommandFormProps) {
  const part = { draft, problems };
  return (
    <>
      {webhook.actions.includes("github_reaction") && (
        <CommandInput name="reaction" {...part} hint={REACTION_HINT}>
          {(input) => (
            <select {...input}>
              <option value="">none</option>
              {REACTIONS.map((name) => (
                <option key={name} value={name} selected={name === draft.reaction}>{name}</option>
              ))}
            </select>
          )}
        </CommandInput>
      )}
      <CommandInput name="labels" {...part} hint="One on a line." />
      <CommandInput name="choices" {...part} hint="Answers to choose from, one on a line." />
      <CommandInput name="forward_url" {...part} hint={FORWARD_HINT}>
        {(input) => <input {...input} type="url" value={plain(draft.forward_url)} />}
      </CommandInput>
    </>
  );
}

const REACTION_HINT = "On what was written, before any work begins.";
const FORWARD_HINT = "https and a public host only; signed by Standard Webhooks.";
const TOOLS_HINT = "More than read needs an approval: the text comes from outside.";
const APPROVAL_HINT = "A plan is written first, and nothing changes before somebody says yes.";

function Work({ draft, problems, agents }: CommandFormProps) {
  const part = { draft, problems };
  return (
    <div class={forActions("target_agent")}>
      <div class="columns">
        <AgentField
          agents={agents}
          chosen={draft.target_agent}
          problems={problems}
          hint="Not named: the webhook's agent."
        />
        <CommandInput name="model" {...part} hint="Left empty: the agent's own." within />
        <CommandInput name="tool_profile" {...part} hint={TOOLS_HINT} />
      </div>
      <CommandInput
        name="requires_repository"
        {...part}
        hint="The task fails where the code cannot be had."
        within
      />
      <CommandInput name="requires_approval" {...part} hint={APPROVAL_HINT} />
    </div>
  );
}
