import type { ComponentChildren } from "preact";
import { oneLine, plain } from "@/views/plain.ts";
import type { CommandView } from "@/views/webhooks.ts";

/** All that is set of a command, to be read. */
export function CommandFacts({ command: c }: { command: CommandView }) {
  const conditions = Object.keys(c.conditions).length > 0;
  return (
    <dl class="pairs facts-wide">
      <Fact name="Description" value={oneLine(c.description, 500)} />
      <Fact name="Also" value={c.aliases.map((alias) => oneLine(alias, 60)).join(", ")} />
      <Fact name="Trigger" value={c.trigger && <code>{plain(c.trigger)}</code>} />
      <Fact
        name="Conditions"
        value={conditions && <pre class="code">{plain(JSON.stringify(c.conditions, null, 2))}</pre>}
      />
      <Fact
        name="Expression"
        value={c.expression && <pre class="code">{plain(c.expression)}</pre>}
      />
      <Fact name="Action" value={<code>{oneLine(c.action, 40)}</code>} />
      <Fact name="Text" value={c.template && <pre class="code">{plain(c.template)}</pre>} />
      <Fact name="Reaction" value={c.reaction && oneLine(c.reaction, 40)} />
      <Fact name="Labels" value={c.labels.map((label) => oneLine(label, 60)).join(", ")} />
      <Fact name="Choices" value={c.choices.map((choice) => oneLine(choice, 60)).join(", ")} />
      <Fact name="Address" value={c.forward_url && <code>{plain(c.forward_url)}</code>} />
      {(c.action === "create_task" || c.action === "ask") && <Work command={c} />}
      <Fact
        name="Who may cause it"
        value={c.run_for === "anyone" ? "anyone but bots" : "people who are trusted"}
      />
      <Fact
        name="Uses in the last hour"
        value={c.hourly_limit === null
          ? "no limit"
          : `${c.uses_last_hour} of ${c.webhook_hourly_limit}, and at most ${c.hourly_limit} by one person`}
      />
      <Fact name="Priority" value={String(c.priority)} />
    </dl>
  );
}

function Work({ command: c }: { command: CommandView }) {
  return (
    <>
      <Fact name="Agent" value={c.target_agent ? oneLine(c.target_agent, 60) : "the webhook's"} />
      <Fact name="Model" value={c.model ? oneLine(c.model, 60) : "the agent's own"} />
      <Fact name="Tools" value={c.tool_profile} />
      <Fact name="Needs the repository" value={c.requires_repository && "yes"} />
      <Fact name="Needs an approval" value={c.requires_approval && "yes"} />
    </>
  );
}

function Fact({ name, value }: { name: string; value: ComponentChildren }) {
  if (!value) return null;
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
