import { DeliveryPage } from "@/views/pages/delivery.tsx";
import { EditCommandPage, ShowCommandPage } from "@/views/pages/command.tsx";
import { draftOf } from "@/views/pages/command/draft.ts";
import { DeliveriesPage } from "@/views/pages/deliveries.tsx";
import { RepositoriesPage } from "@/views/pages/repositories.tsx";
import { SecretOncePage } from "@/views/pages/secret_once.tsx";
import { TaskPage } from "@/views/pages/task.tsx";
import { WebhookPage } from "@/views/pages/webhook.tsx";
import { webhookDraft } from "@/views/pages/webhook/settings.tsx";
import { WebhooksPage } from "@/views/pages/webhooks.tsx";
import { ChatPage } from "@/views/pages/chat.tsx";
import { page } from "@/views/render.ts";
import { EVIL, ID, may, NOW, principal, rows, task } from "@/tests/views/hostile/task.ts";
import { flowPages } from "@/tests/views/hostile/flow.tsx";
import {
  command,
  delivery,
  problems,
  run,
  setup,
  test,
  webhook,
} from "@/tests/views/hostile/webhook.ts";

/** Each page that shows what came from outside, with hostile text in every place for one. */
export const pages: string[] = [
  ...flowPages,
  page(
    <TaskPage
      principal={principal}
      may={may}
      task={task}
      created_by={EVIL}
      before={null}
      replies={[]}
      has_outside_text
      handed_over={EVIL}
      output={{ rows, more: true }}
    />,
  ),
  page(
    <DeliveryPage
      principal={principal}
      may={may}
      delivery={delivery}
      tasks={[task]}
      replies={[]}
      now={NOW}
      dry_run={run}
      webhook={{ webhook_id: ID, name: EVIL, trusted_setting: EVIL }}
      raw={{ headers: { [EVIL]: EVIL }, body: new TextEncoder().encode(EVIL) }}
    />,
  ),
  page(
    <ChatPage
      principal={principal}
      may={may}
      agents={[EVIL]}
      conversations={{ items: [], next_cursor: EVIL }}
      refused={{ message: EVIL, problem: EVIL, trusts: true }}
      thread={{
        conversation: {
          conversation_id: ID,
          title: EVIL,
          source: "chat",
          flow_id: null,
          created_by: EVIL,
          created_at: NOW,
          updated_at: NOW,
          has_outside_text: true,
        },
        messages: (["user", "assistant", "system"] as const).map((role) => ({
          message_id: ID,
          conversation_id: ID,
          role,
          content: EVIL,
          task_id: ID,
          created_at: NOW,
        })),
        earlier: EVIL,
        tasks: [task],
        current: null,
      }}
    />,
  ),
  page(
    <DeliveriesPage
      principal={principal}
      deliveries={{ items: [delivery], next_cursor: EVIL }}
      cursor={EVIL}
      providers={[EVIL]}
      webhooks={[{ webhook_id: EVIL, name: EVIL }]}
      now={NOW}
      event_types={[EVIL]}
      query={{ provider: EVIL, webhook: EVIL, event_type: EVIL, flow: EVIL }}
    />,
  ),
  page(
    <WebhooksPage
      principal={principal}
      may={may}
      webhooks={[webhook]}
      providers={[{ name: EVIL, title: EVIL, gives_secret: true }]}
      refused={{
        problems,
        draft: {
          provider: EVIL,
          name: EVIL,
          description: EVIL,
          secret: EVIL,
          command_prefix: EVIL,
          separate_endpoint: true,
        },
      }}
    />,
  ),
  page(
    <WebhookPage
      principal={principal}
      may={may}
      webhook={webhook}
      setup={setup}
      agents={[EVIL]}
      deliveries={[delivery]}
      now={NOW}
      test={test}
      forward_secret={EVIL}
      refused={{ draft: webhookDraft(webhook), problems }}
    />,
  ),
  page(
    <SecretOncePage
      principal={principal}
      webhook={webhook}
      setup={setup}
      secret={EVIL}
      rotated
    />,
  ),
  page(
    <RepositoriesPage
      principal={principal}
      may={may}
      repositories={[{
        provider: EVIL,
        name: EVIL,
        submodules: true,
        lfs: false,
        preflight: {
          default_branch: EVIL,
          archived: true,
          can: [EVIL],
          cannot: [{ what: EVIL, why: EVIL, stops: "changes" }],
          notes: [EVIL],
        },
        preflight_error: EVIL,
        looked_at: NOW,
        look_wanted_at: NOW,
      }]}
      patterns={[EVIL]}
      now={NOW}
    />,
  ),
  page(<ShowCommandPage principal={principal} may={may} webhook={webhook} command={command} />),
  page(
    <EditCommandPage
      principal={principal}
      webhook={webhook}
      command={command}
      command_id={ID}
      draft={draftOf(command)}
      problems={problems}
      agents={[EVIL]}
      hints={{ event_type: EVIL, paths: [EVIL] }}
      now={NOW}
      runs={[run]}
    />,
  ),
];
