import type { SetupStep } from "@/server/providers/provider.ts";

export const setup: readonly SetupStep[] = [
  {
    label: "api.slack.com/apps → Create New App → From scratch; then OAuth & Permissions → " +
      "Scopes → Bot Token Scopes → Add an OAuth Scope",
    values: [
      "app_mentions:read",
      "channels:history",
      "chat:write",
      "commands",
      "im:history",
      // without it Slack may keep back the markers of our own messages
      "metadata.message:read",
      "reactions:write",
      "users:read",
    ],
  },
  {
    label: "Basic Information → App Credentials → Signing Secret → Show: " +
      "this is the secret of this webhook (SLACK_SIGNING_SECRET); store it here first, " +
      "for Slack tries the addresses below with it",
    values: ["{secret}"],
  },
  {
    label: "Event Subscriptions → Enable Events → Request URL (it must turn to Verified)",
    values: ["{address}"],
  },
  {
    label: "Event Subscriptions → Subscribe to bot events → Add Bot User Event → Save Changes",
    values: ["app_mention", "message.channels", "message.im"],
  },
  {
    label: "Interactivity & Shortcuts → Interactivity on → Request URL → Save Changes",
    values: ["{address}"],
  },
  {
    label: "Slash Commands → Create New Command → Command, Request URL; tick " +
      "“Escape channels, users, and links sent to your app”",
    values: ["/agent", "{address}"],
  },
  {
    label: "App Home → Show Tabs → Messages Tab: tick " +
      "“Allow users to send Slash commands and messages from the messages tab”",
    values: [],
  },
  {
    label: "Install App → Install to Workspace: the Bot User OAuth Token (xoxb-…) is " +
      "SLACK_BOT_TOKEN; then invite the app into each channel it is to hear",
    values: ["/invite @agent"],
  },
];

export const event_types: readonly string[] = [
  "app_mention",
  "message",
  "message.file_share",
  "message.thread_broadcast",
  "message.message_changed",
  "message.message_deleted",
  "reaction_added",
  "member_joined_channel",
  "app_home_opened",
  "slash_command",
  "block_actions.*",
  "shortcut",
  "message_action",
  "view_submission",
];
