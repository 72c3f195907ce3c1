/** What is asked for of each GET route: every filter, alone and with the others. */
import type { Things } from "@/tests/bench/pages/things.ts";

/** The paths to ask for, by route; a route that is not here fails a test. */
export function casesOf(t: Things): Record<string, string[]> {
  return { ...apiCases(t), ...pageCases(t) };
}

function apiCases(t: Things): Record<string, string[]> {
  const task = `/api/tasks/${t.task_id}`;
  const wordy = `/api/tasks/${t.wordy_task_id}`;
  const conversation = `/api/conversations/${t.conversation_id}`;
  const busy = `/api/conversations/${t.busy_conversation_id}`;
  const webhook = `/api/webhooks/${t.created}`;
  return {
    "/api/health": ["/api/health"],
    "/api/status": ["/api/status"],
    "/api/tasks": every("/api/tasks", taskFilters(t)),
    "/api/tasks/:task_id": [task, wordy],
    "/api/tasks/:task_id/logs": [`${task}/logs`, `${wordy}/logs?limit=500`]
      .concat(`${wordy}/logs?cursor=3000`),
    "/api/tasks/:task_id/stream": [`${task}/stream`, `${wordy}/stream`]
      .concat(`${wordy}/stream?last_event_id=4900`),
    "/api/events": ["/api/events", "/api/events?last_event_id=1-1"],
    "/api/conversations": every("/api/conversations", {
      source: [undefined, "chat", "webhook", "api"],
      cursor: [undefined, t.old_conversation],
    }),
    "/api/conversations/:conversation_id": [conversation, busy],
    "/api/conversations/:conversation_id/metrics": [`${conversation}/metrics`, `${busy}/metrics`],
    "/api/conversations/:conversation_id/messages": [
      `${conversation}/messages`,
      `${busy}/messages`,
      `${busy}/messages?cursor=${t.old_task}`,
    ],
    "/api/flows": every("/api/flows", flowFilters(t)),
    "/api/flows/:flow_id": [`/api/flows/${t.busy_flow}`, `/api/flows/${t.approved_flow}`],
    "/api/approvals": every("/api/approvals", {
      status: [undefined, "pending", "approved", "rejected", "void"],
      flow_id: [undefined, t.approved_flow],
      cursor: [undefined, t.old_approval],
    }),
    "/api/approvals/:approval_id": [`/api/approvals/${t.approval_id}`],
    "/api/webhooks/events": every("/api/webhooks/events", {
      ...deliveryFilters(t),
      webhook_id: [undefined, t.builtin, t.created, UNKNOWN],
      flow_id: [undefined, t.busy_flow],
    }),
    "/api/webhooks/events/recent": ["/api/webhooks/events/recent"],
    "/api/webhooks/events/:delivery_id": [`/api/webhooks/events/${t.delivery_id}`],
    "/api/webhooks/:id/events": [t.builtin, t.created].flatMap((id) =>
      every(`/api/webhooks/${id}/events`, {
        outcome: OUTCOMES,
        event_type: EVENT_TYPES,
        flow_id: [undefined, t.busy_flow],
        cursor: [undefined, t.old_delivery],
      })
    ),
    "/api/webhooks/stats": ["/api/webhooks/stats", "/api/webhooks/stats?hours=720"],
    "/api/webhooks-status": ["/api/webhooks-status"],
    "/api/webhooks": ["/api/webhooks"],
    "/api/webhooks/:id": [`/api/webhooks/${t.builtin}`, webhook],
    "/api/webhooks/:id/commands": [`${webhook}/commands`],
    "/api/webhooks/:id/commands/:cmd_id": [`${webhook}/commands/${t.command_id}`],
    "/api/webhooks/:id/setup": [`${webhook}/setup`],
    "/api/repositories": ["/api/repositories"],
    "/api/agents": ["/api/agents"],
    "/api/v2/machines": ["/api/v2/machines"],
    "/api/v2/machines/:machine_id": ["/api/v2/machines/machine-1"],
    "/metrics": ["/metrics"],
    "/api/tokens": ["/api/tokens"],
    "/api/openapi.json": ["/api/openapi.json"],
    "/api/docs": ["/api/docs"],
  };
}

function pageCases(t: Things): Record<string, string[]> {
  const { task_id, delivery_id, builtin, created } = t;
  const status = [undefined, "queued", "running", "completed", "failed", "cancelled"];
  const deliveries = {
    ...deliveryFilters(t),
    webhook: [undefined, builtin, created],
    flow: [undefined, t.busy_flow],
  };
  return {
    "/": every("/", { status, cursor: [undefined, t.old_task] }),
    "/overview": every("/overview", { status, cursor: [undefined, t.old_task] }),
    "/hints": ["/hints"],
    "/tasks/:task_id": [`/tasks/${task_id}`, `/tasks/${t.wordy_task_id}`]
      .concat(`/tasks/${t.wordy_task_id}?before=3000`),
    "/tasks/:task_id/live": [`/tasks/${task_id}/live`],
    "/tasks/:task_id/replies": [`/tasks/${task_id}/replies`],
    "/tasks/:task_id/output/:seq": [`/tasks/${t.wordy_task_id}/output/10`],
    "/flows": every("/flows", flowFilters(t)),
    "/flows/list": alone("/flows/list", flowFilters(t)),
    "/flows/:flow_id": [`/flows/${t.busy_flow}`, `/flows/${t.approved_flow}`],
    "/flows/:flow_id/story": [`/flows/${t.busy_flow}/story`],
    "/approvals": every("/approvals", {
      status: [undefined, "pending", "approved", "void"],
      cursor: [undefined, t.old_approval],
    }),
    "/approvals/list": ["/approvals/list", "/approvals/list?status=pending"],
    "/approvals/waiting": ["/approvals/waiting"],
    "/approvals/:approval_id": [`/approvals/${t.approval_id}`],
    "/chat": ["/chat", `/chat?cursor=${encodeURIComponent(t.old_conversation)}`],
    "/chat/:conversation_id": [`/chat/${t.conversation_id}`, `/chat/${t.busy_conversation_id}`]
      .concat(`/chat/${t.busy_conversation_id}?before=${t.old_task}`),
    "/deliveries": every("/deliveries", deliveries),
    "/deliveries/list": alone("/deliveries/list", deliveries),
    "/deliveries/:delivery_id": [`/deliveries/${delivery_id}`],
    "/deliveries/:delivery_id/replies": [`/deliveries/${delivery_id}/replies`],
    "/deliveries/:delivery_id/dry-run": [`/deliveries/${delivery_id}/dry-run`],
    "/repositories": ["/repositories"],
    "/repositories/list": ["/repositories/list"],
    "/webhooks": ["/webhooks"],
    "/webhooks/:webhook_id": [`/webhooks/${builtin}`, `/webhooks/${created}`],
    "/webhooks/:webhook_id/commands/new": [`/webhooks/${builtin}/commands/new`],
    "/webhooks/:webhook_id/commands/:cmd": [`/webhooks/${created}/commands/${t.command_id}`]
      .concat(`/webhooks/${builtin}/commands/analyze`),
    "/sign-in": ["/sign-in"],
    "/sign-in/link": ["/sign-in/link"],
  };
}

type Filters = Record<string, (string | undefined)[]>;

const UNKNOWN = "01a223c7-b895-73fd-b032-39fb3f31f043";
const OUTCOMES = [undefined, "accepted", "ignored", "duplicate", "refused"];
/** Common, common but never accepted, once a long time ago, never. */
const EVENT_TYPES = [undefined, "issue_comment.created", "push", "release.published", "none"];

const deliveryFilters = (t: Things): Filters => ({
  provider: [undefined, "github", "slack", "sentry"],
  outcome: OUTCOMES,
  event_type: EVENT_TYPES,
  cursor: [undefined, t.old_delivery],
});

const flowFilters = (t: Things): Filters => ({
  provider: [undefined, "github", "sentry"],
  status: [undefined, "open", "waiting", "running", "done", "stopped"],
  cursor: [undefined, t.old_flow, t.old_work],
});

const taskFilters = (t: Things): Filters => ({
  status: [undefined, "queued", "completed", "cancelled"],
  agent: [undefined, "planning", "auditor", "nobody"],
  source: [undefined, "webhook", "api", "workflow"],
  conversation_id: [undefined, t.busy_conversation_id],
  flow_id: [undefined, t.busy_flow],
  cursor: [undefined, t.old_task],
});

/** The path with every combination of the filters. Pure. */
function every(path: string, filters: Filters): string[] {
  let queries: string[][] = [[]];
  for (const [name, values] of Object.entries(filters)) {
    queries = queries.flatMap((query) => values.map((value) => added(query, name, value)));
  }
  return queries.map((query) => withQuery(path, query));
}

/** The path without a filter, and with each one by itself. Pure. */
const alone = (path: string, filters: Filters): string[] => [
  ...new Set(
    Object.entries(filters).flatMap(([name, values]) =>
      values.map((value) => withQuery(path, added([], name, value)))
    ),
  ),
];

const added = (query: string[], name: string, value: string | undefined): string[] =>
  value === undefined ? query : [...query, `${name}=${encodeURIComponent(value)}`];

const withQuery = (path: string, query: string[]): string =>
  query.length === 0 ? path : `${path}?${query.join("&")}`;
