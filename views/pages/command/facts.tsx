import type { ComponentChildren } from "preact";
import { type CommandField, fieldOf, PLAIN_FIELDS } from "@/db/nouns/command.ts";
import { TYPED } from "@/views/pages/command/typed.ts";
import { oneLine, plain } from "@/views/plain.ts";
import type { CommandView } from "@/views/webhooks.ts";

export function CommandFacts({ command: c }: { command: CommandView }) {
  const conditions = Object.keys(c.conditions).length > 0;
  return (
    <dl class="pairs facts-wide">
      <Fact name="description" value={oneLine(c.description, 500)} />
      <Fact name="aliases" value={c.aliases.map((alias) => oneLine(alias, 60)).join(", ")} />
      <Fact name="trigger" value={c.trigger && <code>{plain(c.trigger)}</code>} />
      <Fact
        name="conditions"
        value={conditions && <pre class="code">{plain(JSON.stringify(c.conditions, null, 2))}</pre>}
      />
      <Fact
        name="expression"
        value={c.expression && <pre class="code">{plain(c.expression)}</pre>}
      />
      <Fact name="action" value={<code>{oneLine(c.action, 40)}</code>} />
      <Fact name="template" value={c.template && <pre class="code">{plain(c.template)}</pre>} />
      <Fact name="reaction" value={c.reaction && oneLine(c.reaction, 40)} />
      <Fact name="labels" value={c.labels.map((label) => oneLine(label, 60)).join(", ")} />
      <Fact name="choices" value={c.choices.map((choice) => oneLine(choice, 60)).join(", ")} />
      <Fact name="forward_url" value={c.forward_url && <code>{plain(c.forward_url)}</code>} />
      {(c.action === "create_task" || c.action === "ask") && <Work command={c} />}
      <Fact
        name="run_for"
        value={c.run_for === "anyone" ? "anyone but bots" : "people who are trusted"}
      />
      <Pair
        label="Uses in the last hour"
        value={c.hourly_limit === null
          ? "no limit"
          : `${c.uses_last_hour} of ${c.webhook_hourly_limit}, and at most ${c.hourly_limit} by one person`}
      />
      {PLAIN_FIELDS.map((name) => (
        <Fact key={name} name={name} value={TYPED[fieldOf(name).typed].show(c[name])} />
      ))}
    </dl>
  );
}

function Work({ command: c }: { command: CommandView }) {
  return (
    <>
      <Fact
        name="target_agent"
        value={c.target_agent ? oneLine(c.target_agent, 60) : "the webhook's"}
      />
      <Fact name="model" value={c.model ? oneLine(c.model, 60) : "the agent's own"} />
      <Fact name="tool_profile" value={c.tool_profile} />
      <Fact name="requires_repository" value={c.requires_repository && "yes"} />
      <Fact name="requires_approval" value={c.requires_approval && "yes"} />
    </>
  );
}

const Fact = ({ name, value }: { name: CommandField; value: ComponentChildren }) => (
  <Pair label={fieldOf(name).label} value={value} />
);

function Pair({ label, value }: { label: string; value: ComponentChildren }) {
  if (!value) return null;
  return (
    <div>
      <dt>{label}</dt>
      <dd>{value}</dd>
    </div>
  );
}
