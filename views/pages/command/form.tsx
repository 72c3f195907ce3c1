import { ActionFields } from "@/views/pages/command/action_fields.tsx";
import { type Draft, DRAFT_FIELDS } from "@/views/pages/command/draft.ts";
import { WhenFields } from "@/views/pages/command/when_fields.tsx";
import { DryRunTable } from "@/views/parts/dry_run.tsx";
import { Field, type FieldProblem, FormProblems, Tick } from "@/views/parts/field.tsx";
import { Said } from "@/views/parts/said.tsx";
import { plain } from "@/views/plain.ts";
import type { DryRun, WebhookView } from "@/views/webhooks.ts";

/** What writers of templates and conditions can refer to, as the newest delivery had it. */
export interface PathHints {
  event_type: string;
  paths: string[];
}

export interface CommandFormProps {
  webhook: WebhookView;
  /** Null: a new one. */
  command_id: string | null;
  draft: Draft;
  problems: FieldProblem[];
  agents: string[];
  hints: PathHints | null;
  now: Date;
  /** What trying it showed, where it was tried without JavaScript. */
  runs?: DryRun[];
}

/** A command to be written or changed. Two buttons: store it, or try it on what came in. */
export function CommandForm(props: CommandFormProps) {
  const { webhook, command_id, draft, problems, runs, now } = props;
  const path = `/webhooks/${webhook.webhook_id}/commands`;
  const dry_run = `${path}/dry-run`;
  return (
    <form class="form command-form" method="post" action={`${path}/${command_id ?? "new"}`}>
      <FormProblems problems={problems} fields={DRAFT_FIELDS} />
      {command_id && <input type="hidden" name="command_id" value={command_id} />}
      <div class="command-fields">
        <NameFields draft={draft} problems={problems} />
        <WhenFields {...props} />
        <ActionFields {...props} />
        <Limits draft={draft} problems={problems} />
        <div class="actions">
          <button type="submit" class="primary">
            {command_id ? "Save command" : "Add command"}
          </button>
        </div>
      </div>
      <section class="try" aria-labelledby="try-title">
        <h2 id="try-title">Try it</h2>
        <p class="about">What it would have done as it stands here. Nothing is stored or sent.</p>
        <button
          type="submit"
          formAction={dry_run}
          formNoValidate
          hx-post={dry_run}
          hx-target="#dry-run"
          hx-swap="innerHTML"
          data-busy="Trying…"
        >
          Try on the last 50 deliveries
        </button>
        <Said selector="#dry-run .verdict" />
        <div id="dry-run">
          {runs && <DryRunTable name={draft.name} runs={runs} now={now} />}
        </div>
      </section>
    </form>
  );
}

interface Part {
  draft: Draft;
  problems: FieldProblem[];
}

function NameFields({ draft, problems }: Part) {
  return (
    <fieldset>
      <legend>Name</legend>
      <div class="columns">
        <Field name="name" label="Name" problems={problems} hint="One word that people write.">
          {(input) => <input {...input} value={plain(draft.name)} required maxLength={64} />}
        </Field>
        <Field
          name="aliases"
          label="Also"
          problems={problems}
          hint="Other words for it, by commas."
        >
          {(input) => <input {...input} value={plain(draft.aliases)} />}
        </Field>
      </div>
      <Field name="description" label="Description" problems={problems} hint="Listed by help.">
        {(input) => <input {...input} value={plain(draft.description)} maxLength={300} />}
      </Field>
    </fieldset>
  );
}

function Limits({ draft, problems }: Part) {
  return (
    <fieldset>
      <legend>Limits</legend>
      <div class="columns">
        <Field name="run_for" label="Who may cause it" problems={problems}>
          {(input) => (
            <select {...input}>
              <option value="trusted">people who are trusted</option>
              <option value="anyone" selected={draft.run_for === "anyone"}>anyone but bots</option>
            </select>
          )}
        </Field>
        <Field
          name="max_per_hour"
          label="Uses in an hour by one person"
          problems={problems}
          hint="Ten times that by all together. Left empty: as COMMANDS_PER_HOUR says."
        >
          {(input) => (
            <input {...input} value={plain(draft.max_per_hour)} inputMode="numeric" size={6} />
          )}
        </Field>
        <Field
          name="priority"
          label="Priority"
          problems={problems}
          hint="Lower ones run first."
        >
          {(input) => (
            <input {...input} value={plain(draft.priority)} inputMode="numeric" size={6} />
          )}
        </Field>
      </div>
      <Tick name="enabled" label="It is on" checked={draft.enabled !== ""} />
    </fieldset>
  );
}
