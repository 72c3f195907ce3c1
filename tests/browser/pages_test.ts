import * as pages from "@/server/pages.tsx";
import { lookAt } from "@/tests/helpers/browser/look.ts";
import { testServer } from "@/tests/helpers/server.ts";
import { type Story, tellStory } from "@/tests/helpers/story.ts";
import { tellWebhooks, WEBHOOK_ENV } from "@/tests/helpers/webhook_story.ts";

const full = (story: Story): Record<string, string> => ({
  overview: "/",
  done: `/tasks/${story.done}`,
  running: `/tasks/${story.running.task_id}`,
  failed: `/tasks/${story.failed}`,
  cancelled: `/tasks/${story.cancelled}`,
  queued: `/tasks/${story.queued}`,
  webhook: `/tasks/${story.webhook_task}`,
  chat: "/chat",
  thread: `/chat/${story.conversation}`,
  outside: `/chat/${story.outside_conversation}`,
  trusted: `/tasks/${story.trusted_task}`,
  busy: `/chat/${story.busy_conversation}`,
  deliveries: "/deliveries",
  delivery: `/deliveries/${story.delivery}`,
  missing: "/tasks/nothing",
});

const EMPTY = {
  "empty-overview": "/",
  "empty-chat": "/chat",
  "empty-deliveries": "/deliveries",
  "empty-webhooks": "/webhooks",
  "empty-webhook": "/webhooks/github",
};

Deno.test("every page fits a phone, and its texts stand out in light and dark", async () => {
  await using server = await testServer({ deps: { pages } });
  await lookAt(server.url, full(await tellStory(server.db)));
});

Deno.test("so do those of webhooks, whatever came in", async () => {
  await using server = await testServer({ deps: { pages }, env: WEBHOOK_ENV });
  const { webhook, command, deliveries } = await tellWebhooks(server);
  const at = `/webhooks/${webhook}/commands`;
  await lookAt(server.url, {
    webhooks: "/webhooks",
    "webhook-built-in": "/webhooks/github",
    "webhook-shut": "/webhooks/jira",
    "webhook-created": `/webhooks/${webhook}`,
    "command-new": `${at}/new`,
    "command-edit": `${at}/${command}`,
    "command-built-in": "/webhooks/github/commands/analyze",
    "command-override": "/webhooks/github/commands/new?override=plan",
    "deliveries-mixed": "/deliveries",
    "deliveries-filtered": `/deliveries?webhook=${webhook}&outcome=accepted`,
    "deliveries-none": "/deliveries?event_type=none.such",
    ...Object.fromEntries(
      Object.entries(deliveries).map(([name, id]) => [`delivery-${name}`, `/deliveries/${id}`]),
    ),
    "delivery-dry-run": `/deliveries/${deliveries.accepted}/dry-run`,
  });
});

Deno.test("pages with nothing on them say what to do", async () => {
  await using server = await testServer({ deps: { pages } });
  await lookAt(server.url, EMPTY);
});
