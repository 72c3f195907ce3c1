import type { Principal } from "@/db/sessions.ts";
import { Layout } from "@/views/layout.tsx";
import type { May } from "@/views/may.ts";
import { CommandForm, type CommandFormProps } from "@/views/pages/command/form.tsx";
import { CommandFacts } from "@/views/pages/command/facts.tsx";
import { commandKey, Origin } from "@/views/pages/webhook/commands_table.tsx";
import { Confirm } from "@/views/parts/confirm.tsx";
import { withQuery } from "@/views/parts/pager.tsx";
import { oneLine } from "@/views/plain.ts";
import type { CommandView, WebhookView } from "@/views/webhooks.ts";

export interface EditCommandData extends CommandFormProps {
  principal: Principal;
  /** The stored one that is changed; null: a new one. */
  command: CommandView | null;
}

/** A command to be written: new, or stored before. */
export function EditCommandPage(data: EditCommandData) {
  const { principal, webhook, command } = data;
  const title = command ? oneLine(command.name, 60) : "New command";
  return (
    <Layout title={title} principal={principal} section="webhooks" page="command">
      <CommandHead webhook={webhook} title={title} command={command} />
      <CommandForm {...data} />
      {command && <RemoveCommand webhook={webhook} command={command} />}
    </Layout>
  );
}

function CommandHead({ webhook, title, command }: {
  webhook: WebhookView;
  title: string;
  command: CommandView | null;
}) {
  return (
    <header class="task-head">
      <p class="kicker">
        <a href={`/webhooks/${webhook.webhook_id}`}>{oneLine(webhook.name, 100)}</a>
        {command && <Origin command={command} />}
        {command && <span>{command.enabled ? "on" : "off"}</span>}
      </p>
      <h1>{title}</h1>
    </header>
  );
}

function RemoveCommand({ webhook, command }: { webhook: WebhookView; command: CommandView }) {
  const name = oneLine(command.name, 60);
  return (
    <div class="apart">
      <Confirm
        label="Delete…"
        action={`/webhooks/${webhook.webhook_id}/commands/${commandKey(command)}/delete`}
        button="Delete this command"
      >
        <p>
          {command.overrides_builtin
            ? `The built-in ${name} takes its place again.`
            : `${name} is gone; deliveries that it worked on stay.`}
        </p>
      </Confirm>
    </div>
  );
}

export interface ShowCommandData {
  principal: Principal;
  may: May;
  webhook: WebhookView;
  command: CommandView;
}

/** A command to be read: a built-in one, or for those who may not change it. */
export function ShowCommandPage({ principal, may, webhook, command }: ShowCommandData) {
  const path = `/webhooks/${webhook.webhook_id}/commands`;
  return (
    <Layout title={command.name} principal={principal} section="webhooks" page="command">
      <CommandHead webhook={webhook} title={oneLine(command.name, 60)} command={command} />
      <div class="sections">
        <div class="actions">
          {may.switch_command && (
            <form
              method="post"
              action={`${path}/${commandKey(command)}/${command.enabled ? "disable" : "enable"}`}
            >
              <button type="submit">{command.enabled ? "Turn off" : "Turn on"}</button>
            </form>
          )}
          {may.add_command && command.is_builtin && (
            <a class="button" href={withQuery(`${path}/new`, { override: command.name })}>
              Override
            </a>
          )}
        </div>
        {command.is_builtin && (
          <p class="about">
            A built-in command cannot be changed. Override it with one of your own of the same name,
            or turn it off.
          </p>
        )}
        <CommandFacts command={command} />
      </div>
    </Layout>
  );
}
