import { COMMAND_FIELD_NAMES, PLAIN_FIELDS } from "@/db/nouns/command.ts";
import { ActionFields } from "@/views/pages/command/action_fields.tsx";
import type { Draft } from "@/views/pages/command/draft.ts";
import { CommandInput, type Part } from "@/views/pages/command/fields.tsx";
import { WhenFields } from "@/views/pages/command/when_fields.tsx";
import { DryRunTable } from "@/views/parts/dry_run.tsx";
import { type FieldProblem, FormProblems } from "@/views/parts/field.tsx";
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
      <FormProblems problems={problems} fields={COMMAND_FIELD_NAMES} />
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

function NameFields(part: Part) {
  return (
    <fieldset>
      <legend>Name</legend>
      <div class="columns">
        <CommandInput name="name" {...part} hint="One word that people write.">
          {(input) => <input {...input} value={plain(part.draft.name)} required maxLength={64} />}
        </CommandInput>
        <CommandInput name="aliases" {...part} hint="Other words for it, by commas." />
      </div>
      <CommandInput name="description" {...part} hint="Listed by help.">
        {(input) => <input {...input} value={plain(part.draft.description)} maxLength={300} />}
      </CommandInput>
    </fieldset>
  );
}

const HOURLY_HINT = "Ten times that by all together. Left empty: as COMMANDS_PER_HOUR says.";

function Limits(part: Part) {
  return (
    <fieldset>
      <legend>Limits</legend>
      <div class="columns">
        <CommandInput name="run_for" {...part}>
          {(input) => (
            <select {...input}>
              <option value="trusted">people who are trusted</option>
              <option value="anyone" selected={part.draft.run_for === "anyone"}>
                anyone but bots
              </option>
            </select>
          )}
        </CommandInput>
        <CommandInput name="max_per_hour" {...part} hint={HOURLY_HINT} />
        {PLAIN_FIELDS.map((name) => <CommandInput key={name} name={name} {...part} />)}
      </div>
      <CommandInput name="enabled" {...part} />
    </fieldset>
  );
}
