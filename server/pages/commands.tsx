import { COMMAND_FIELD_NAMES } from "@/db/nouns/command.ts";
import type { AppContext, AppDeps } from "@/server/env.ts";
import { unknown } from "@/server/errors.ts";
import { answerPage, answerPart } from "@/server/pages/answer.ts";
import { commandInput } from "@/server/pages/command_form.ts";
import { formFields, refusal, wantsPart } from "@/server/pages/form.ts";
import { mayOf } from "@/server/pages/may.ts";
import { pathHints } from "@/server/pages/path_hints.ts";
import { listAgents } from "@/server/registry/agents.ts";
import { addCommand } from "@/server/verbs/commands/add.ts";
import { changeCommand } from "@/server/verbs/commands/change.ts";
import { wrong } from "@/server/verbs/checked.ts";
import { dryRunCommand } from "@/server/verbs/commands/dry_run.ts";
import { removeCommand } from "@/server/verbs/commands/remove.ts";
import type { disableCommand, enableCommand } from "@/server/verbs/commands/switch.ts";
import { webhookView } from "@/server/verbs/webhooks/view.ts";
import { type EditCommandData, EditCommandPage, ShowCommandPage } from "@/views/pages/command.tsx";
import { type Draft, draftOf, newDraft } from "@/views/pages/command/draft.ts";
import { DryRunRefused, DryRunTable } from "@/views/parts/dry_run.tsx";
import type { CommandView, WebhookView } from "@/views/webhooks.ts";

const idOf = (c: AppContext): string => c.req.param("webhook_id") ?? "";
const cmdOf = (c: AppContext): string => c.req.param("cmd") ?? "";

/** The form for a new command; with `?override=name` as the built-in one of that name is. */
export const newCommand = (deps: AppDeps) => async (c: AppContext): Promise<Response> => {
  const webhook = await webhookView(deps, idOf(c));
  const name = c.req.query("override");
  const draft = name === undefined ? newDraft(webhook) : draftOf(commandOf(webhook, name));
  return answerPage(c, <EditCommandPage {...await editing(c, deps, webhook, null, draft)} />);
};

/** A command: to be changed, or to be read where it is built in or the reader may not change it. */
export const showCommand = (deps: AppDeps) => async (c: AppContext): Promise<Response> => {
  const webhook = await webhookView(deps, idOf(c));
  const command = commandOf(webhook, cmdOf(c));
  const may = mayOf(c);
  if (command.is_builtin || !may.add_command) {
    const principal = c.get("principal");
    return answerPage(
      c,
      <ShowCommandPage principal={principal} may={may} webhook={webhook} command={command} />,
    );
  }
  const data = await editing(c, deps, webhook, command, draftOf(command));
  return answerPage(c, <EditCommandPage {...data} />);
};

function commandOf(webhook: WebhookView, cmd: string): CommandView {
  const found = webhook.commands.find(({ command_id, name }) =>
    command_id === cmd.toLowerCase() || name.toLowerCase() === cmd.toLowerCase()
  );
  if (!found) throw unknown("command", cmd);
  return found;
}

async function editing(
  c: AppContext,
  deps: AppDeps,
  webhook: WebhookView,
  command: CommandView | null,
  draft: Draft,
): Promise<EditCommandData> {
  const [agents, hints] = await Promise.all([listAgents(), pathHints(deps, webhook)]);
  return {
    principal: c.get("principal"),
    webhook,
    command,
    draft,
    hints,
    now: new Date(),
    command_id: command?.command_id ?? null,
    problems: [],
    agents: agents.map(({ name }) => name),
  };
}

export const createCommand = (deps: AppDeps) => async (c: AppContext): Promise<Response> =>
  await storing(
    c,
    deps,
    null,
    (command) => addCommand(deps, c.get("principal"), { id: idOf(c), command }),
  );

export const saveCommand = (deps: AppDeps) => async (c: AppContext): Promise<Response> => {
  const command = commandOf(await webhookView(deps, idOf(c)), cmdOf(c));
  const store = (change: unknown) =>
    changeCommand(deps, c.get("principal"), { id: idOf(c), cmd: cmdOf(c), change });
  return await storing(c, deps, command, store);
};

async function storing(
  c: AppContext,
  deps: AppDeps,
  command: CommandView | null,
  store: (input: unknown) => Promise<CommandView>,
): Promise<Response> {
  const draft = await formFields(c, COMMAND_FIELD_NAMES);
  const webhook = await webhookView(deps, idOf(c));
  try {
    await store(inputOf(draft));
    return c.redirect(`/webhooks/${webhook.webhook_id}`, 303);
  } catch (error) {
    const { status, problems } = refusal(error);
    const data = await editing(c, deps, webhook, command, draft);
    return answerPage(c, <EditCommandPage {...data} problems={problems} />, status);
  }
}

function inputOf(draft: Draft): Record<string, unknown> {
  const made = commandInput(draft);
  if (!made.ok) throw wrong(made.problems);
  return made.input;
}

/** What the command, as it stands in the form, would have done with what came in. */
export const tryCommand = (deps: AppDeps) => async (c: AppContext): Promise<Response> => {
  const { command_id, ...draft } = await formFields(c, [...COMMAND_FIELD_NAMES, "command_id"]);
  const webhook = await webhookView(deps, idOf(c));
  const command = command_id ? commandOf(webhook, command_id) : null;
  const data = await editing(c, deps, webhook, command, draft);
  try {
    const input = command_id ? { ...inputOf(draft), command_id } : inputOf(draft);
    const tried = { id: webhook.webhook_id, draft: input };
    const runs = await dryRunCommand(deps, c.get("principal"), tried);
    if (wantsPart(c)) {
      return answerPart(c, <DryRunTable name={draft.name} runs={runs} now={data.now} />);
    }
    return answerPage(c, <EditCommandPage {...data} runs={runs} />);
  } catch (error) {
    const { status, problems } = refusal(error);
    if (wantsPart(c)) return answerPart(c, <DryRunRefused problems={problems} />);
    return answerPage(c, <EditCommandPage {...data} problems={problems} />, status);
  }
};

export const deleteCommand = (deps: AppDeps) => async (c: AppContext): Promise<Response> => {
  await removeCommand(deps, c.get("principal"), { id: idOf(c), cmd: cmdOf(c) });
  return c.redirect(`/webhooks/${idOf(c)}`, 303);
};

export const switchBy =
  (deps: AppDeps, switchCommand: typeof enableCommand | typeof disableCommand) =>
  async (c: AppContext): Promise<Response> => {
    await switchCommand(deps, c.get("principal"), { id: idOf(c), cmd: cmdOf(c) });
    return c.redirect(`/webhooks/${idOf(c)}#commands-title`, 303);
  };
