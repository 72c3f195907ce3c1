import { type DraftField, forActions } from "@/views/pages/command/draft.ts";
import type { CommandFormProps, PathHints } from "@/views/pages/command/form.tsx";
import { AgentField } from "@/views/pages/webhook/settings.tsx";
import { Field, Tick } from "@/views/parts/field.tsx";
import { plain } from "@/views/plain.ts";

const ACTIONS: Record<string, string> = {
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
  return (
    <fieldset>
      <legend>What it does</legend>
      <Field name="action" label="Action" problems={problems}>
        {(input) => (
          <select {...input}>
            {webhook.actions.map((action) => (
              <option key={action} value={action} selected={action === draft.action}>
                {Object.hasOwn(ACTIONS, action) ? ACTIONS[action] : action}
              </option>
            ))}
          </select>
        )}
      </Field>
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
    <Field
      name="template"
      label="Text"
      problems={problems}
      class={forActions("template")}
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
    </Field>
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

const REACTIONS = ["eyes", "+1", "-1", "laugh", "confused", "heart", "hooray", "rocket"];

function Small({ webhook, draft, problems }: CommandFormProps) {
  const field = (name: DraftField, label: string, hint: string) => ({
    name,
    label,
    hint,
    problems,
    class: forActions(name),
  });
  return (
    <>
      {webhook.actions.includes("github_reaction") && (
        <Field {...field("reaction", "Reaction", "On what was written, before any work begins.")}>
          {(input) => (
            <select {...input}>
              <option value="">none</option>
              {REACTIONS.map((name) => (
                <option key={name} value={name} selected={name === draft.reaction}>{name}</option>
              ))}
            </select>
          )}
        </Field>
      )}
      <Field {...field("labels", "Labels", "One on a line.")}>
        {(input) => <textarea {...input} rows={2}>{plain(draft.labels)}</textarea>}
      </Field>
      <Field {...field("choices", "Choices", "Answers to choose from, one on a line.")}>
        {(input) => <textarea {...input} rows={2}>{plain(draft.choices)}</textarea>}
      </Field>
      <Field {...field("forward_url", "Address", FORWARD_HINT)}>
        {(input) => <input {...input} type="url" value={plain(draft.forward_url)} />}
      </Field>
    </>
  );
}

const FORWARD_HINT = "https and a public host only; signed by Standard Webhooks.";

function Work({ draft, problems, agents }: CommandFormProps) {
  return (
    <div class={forActions("target_agent")}>
      <div class="columns">
        <AgentField
          agents={agents}
          chosen={draft.target_agent}
          problems={problems}
          hint="Not named: the webhook's agent."
        />
        <Field name="model" label="Model" problems={problems} hint="Left empty: the agent's own.">
          {(input) => <input {...input} value={plain(draft.model)} />}
        </Field>
        <Field
          name="tool_profile"
          label="Tools"
          problems={problems}
          class={forActions("tool_profile")}
          hint="More than read needs an approval: the text comes from outside."
        >
          {(input) => (
            <select {...input}>
              {["read", "edit", "full"].map((name) => (
                <option key={name} value={name} selected={name === draft.tool_profile}>
                  {name}
                </option>
              ))}
            </select>
          )}
        </Field>
      </div>
      <Tick
        name="requires_repository"
        label="Needs the repository"
        hint="The task fails where the code cannot be had."
        checked={draft.requires_repository !== ""}
      />
      <Tick
        name="requires_approval"
        label="Needs an approval"
        hint="Approvals come with a later version: until then it answers with a note that says so."
        checked={draft.requires_approval !== ""}
        class={forActions("requires_approval")}
      />
    </div>
  );
}
