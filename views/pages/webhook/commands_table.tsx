import { count } from "@/views/format.ts";
import type { May } from "@/views/may.ts";
import { oneLine } from "@/views/plain.ts";
import type { CommandView, WebhookView } from "@/views/webhooks.ts";

/** A command's part of an address. */
export const commandKey = ({ command_id, name }: CommandView): string =>
  encodeURIComponent(command_id ?? name);

/** In the order in which they run. */
export function CommandsTable({ webhook, may }: { webhook: WebhookView; may: May }) {
  return (
    <table class="list commands-list" role="table">
      <thead role="rowgroup">
        <tr role="row">
          <th role="columnheader" scope="col">Command</th>
          <th role="columnheader" scope="col">Does</th>
          <th role="columnheader" scope="col" class="number">Priority</th>
          <th role="columnheader" scope="col" class="number">Last hour</th>
          <th role="columnheader" scope="col">State</th>
        </tr>
      </thead>
      <tbody role="rowgroup">
        {webhook.commands.map((command) => (
          <Row
            key={command.command_id ?? command.name}
            webhook={webhook}
            command={command}
            may={may}
          />
        ))}
      </tbody>
    </table>
  );
}

function Row({ webhook, command: c, may }: {
  webhook: WebhookView;
  command: CommandView;
  may: May;
}) {
  const path = `/webhooks/${webhook.webhook_id}/commands/${commandKey(c)}`;
  return (
    <tr role="row">
      <td role="cell" class="c-main">
        <a class="title" href={path}>{oneLine(c.name, 60)}</a>
        <Origin command={c} />
        <span class="sub-line">{oneLine(c.description, 160)}</span>
        <span class="sub-line">
          <Started command={c} />
        </span>
      </td>
      <td role="cell">
        <code>{oneLine(c.action, 40)}</code>
        {c.target_agent && <span class="sub-line">{oneLine(c.target_agent, 60)}</span>}
      </td>
      <td role="cell" class="number is-none">{c.priority}</td>
      <td role="cell" class={c.uses_last_hour > 0 ? "number" : "number is-none"}>
        <Uses command={c} />
      </td>
      <td role="cell" class="c-switch">
        <span class={c.enabled ? "is-completed" : "muted"}>{c.enabled ? "on" : "off"}</span>
        {may.operate && (
          <form method="post" action={`${path}/${c.enabled ? "disable" : "enable"}`}>
            <button type="submit" class="small" aria-label={switchLabel(c)}>
              {c.enabled ? "Turn off" : "Turn on"}
            </button>
          </form>
        )}
      </td>
    </tr>
  );
}

const switchLabel = ({ name, enabled }: CommandView): string =>
  `Turn ${oneLine(name, 60)} ${enabled ? "off" : "on"}`;

export function Origin({ command }: { command: CommandView }) {
  if (command.is_builtin) return <span class="tag">built in</span>;
  if (command.overrides_builtin) return <span class="tag is-own">overrides the built-in</span>;
  return null;
}

function Started({ command: { aliases, trigger } }: { command: CommandView }) {
  const also = aliases.map((alias) => oneLine(alias, 40)).join(", ");
  return (
    <>
      {also && `also ${also}`}
      {also && trigger && " · "}
      {trigger && (
        <>
          on <code>{oneLine(trigger, 120)}</code>
        </>
      )}
    </>
  );
}

function Uses({ command: c }: { command: CommandView }) {
  const { uses_last_hour, hourly_limit, webhook_hourly_limit } = c;
  if (hourly_limit === null || webhook_hourly_limit === null) return <>no limit</>;
  const full = uses_last_hour >= webhook_hourly_limit;
  return (
    <span class={full ? "why" : undefined}>
      {count(uses_last_hour)} of {count(webhook_hourly_limit)}
      <span class="sub-line">{full ? "used up" : `${count(hourly_limit)} a person`}</span>
    </span>
  );
}
