import { WEBHOOK_SETTING_NAMES } from "@/db/nouns/webhook.ts";
import { Confirm } from "@/views/parts/confirm.tsx";
import { Field, type FieldProblem, FormProblems } from "@/views/parts/field.tsx";
import { plain } from "@/views/plain.ts";
import type { WebhookView } from "@/views/webhooks.ts";

export const SETTINGS_TYPED = WEBHOOK_SETTING_NAMES.filter((name) => name !== "enabled");
export type WebhookDraft = Record<typeof SETTINGS_TYPED[number], string>;

export function webhookDraft({ own_command_prefix, ...webhook }: WebhookView): WebhookDraft {
  const stored = { ...webhook, command_prefix: own_command_prefix };
  return Object.fromEntries(
    SETTINGS_TYPED.map((name) => [name, [stored[name] ?? ""].flat().join("\n")]),
  ) as WebhookDraft;
}

interface SettingsProps {
  webhook: WebhookView;
  agents: string[];
  draft: WebhookDraft;
  problems: FieldProblem[];
}

export function Settings({ webhook, agents, draft, problems }: SettingsProps) {
  const path = `/webhooks/${webhook.webhook_id}/settings`;
  return (
    <details class="fold panel" id="settings" open={problems.length > 0}>
      <summary>Settings</summary>
      <form class="form" method="post" action={`${path}/save`}>
        <FormProblems problems={problems} fields={[...SETTINGS_TYPED, "secret"]} />
        <div class="columns">
          <Field name="name" label="Name" problems={problems}>
            {(input) => <input {...input} value={plain(draft.name)} maxLength={100} required />}
          </Field>
          <Field
            name="command_prefix"
            label="Prefix"
            problems={problems}
            hint="What addresses the agent. Left empty: as COMMAND_PREFIX says."
          >
            {(input) => <input {...input} value={plain(draft.command_prefix)} maxLength={50} />}
          </Field>
        </div>
        <Field name="description" label="What it is for" problems={problems}>
          {(input) => <input {...input} value={plain(draft.description)} maxLength={300} />}
        </Field>
        <div class="columns">
          <DefaultCommand webhook={webhook} draft={draft} problems={problems} />
          <AgentField
            agents={agents}
            chosen={draft.target_agent}
            problems={problems}
            hint="Works on what a command names no agent for."
          />
        </div>
        <Repositories draft={draft} problems={problems} />
        {webhook.has_callback && (
          <Field
            name="callback_url"
            label="Callback URL"
            problems={problems}
            hint="Answers are posted here, signed by Standard Webhooks. https and a public host only."
          >
            {(input) => <input {...input} type="url" value={plain(draft.callback_url)} />}
          </Field>
        )}
        <div class="actions">
          <button type="submit" class="primary">Save settings</button>
        </div>
      </form>
      {!webhook.is_builtin && <SecretAndEnd path={path} name={webhook.name} problems={problems} />}
    </details>
  );
}

function Repositories({ draft, problems }: Pick<SettingsProps, "draft" | "problems">) {
  return (
    <div class="columns">
      <Field
        name="repository"
        label="Repository"
        problems={problems}
        hint="github:owner/name, with @branch: what changes are made to where nobody names another."
      >
        {(input) => <input {...input} value={plain(draft.repository)} spellcheck={false} />}
      </Field>
      <Field
        name="repositories"
        label="Repositories of projects"
        problems={problems}
        hint="One on a line: PROJECT = github:owner/name. A channel of Slack counts as one."
      >
        {(input) => (
          <textarea {...input} rows={2} class="mono" spellcheck={false}>
            {plain(draft.repositories)}
          </textarea>
        )}
      </Field>
    </div>
  );
}

function DefaultCommand({ webhook, draft, problems }: Omit<SettingsProps, "agents">) {
  const names = webhook.commands.map(({ name }) => name);
  return (
    <Field
      name="default_command"
      label="Default command"
      problems={problems}
      hint="Runs on a mention and nothing else."
    >
      {(input) => (
        <select {...input}>
          <option value="">help</option>
          {names.filter((name) => name !== "help").map((name) => (
            <option key={name} value={name} selected={name === draft.default_command}>
              {plain(name)}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

/** An agent that is gone stays visible until another one is chosen. */
export function AgentField({ agents, chosen, problems, hint, class: kind }: {
  agents: string[];
  chosen: string;
  problems: FieldProblem[];
  hint: string;
  class?: string;
}) {
  const names = chosen === "" || agents.includes(chosen) ? agents : [chosen, ...agents];
  return (
    <Field name="target_agent" label="Agent" problems={problems} hint={hint} class={kind}>
      {(input) => (
        <select {...input}>
          <option value="">not named</option>
          {names.map((name) => (
            <option key={name} value={name} selected={name === chosen}>{plain(name)}</option>
          ))}
        </select>
      )}
    </Field>
  );
}

function SecretAndEnd({ path, name, problems }: {
  path: string;
  name: string;
  problems: FieldProblem[];
}) {
  return (
    <div class="apart">
      <form class="form" method="post" action={`${path}/secret`}>
        <Field
          name="secret"
          label="New secret"
          problems={problems}
          hint="Left empty, one is made up and shown once. The one before is accepted for 24 hours."
        >
          {(input) => <input {...input} autocomplete="off" spellcheck={false} />}
        </Field>
        <div class="actions">
          <button type="submit">Change the secret</button>
        </div>
      </form>
      <Confirm label="Delete…" action={`${path}/delete`} button="Delete this webhook">
        <p>
          {plain(name)}{" "}
          and its commands are gone, and its address takes nothing in any more. What came in before
          stays in the list of deliveries.
        </p>
      </Confirm>
    </div>
  );
}
