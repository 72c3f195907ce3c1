import { z } from "zod";

export const CONVERSATION_SOURCES = ["chat", "webhook", "api"] as const;
export type ConversationSource = typeof CONVERSATION_SOURCES[number];

export const MESSAGE_ROLES = ["user", "assistant", "system"] as const;

export const CONVERSATION = {
  conversation_id: z.uuid(),
  title: z.string(),
  source: z.enum(CONVERSATION_SOURCES),
  flow_id: z.string().nullable(),
  created_by: z.string().nullable(),
  created_at: z.date(),
  updated_at: z.date(),
  has_outside_text: z.boolean().meta({
    description: "Something in it was written outside: its tasks may only `read`.",
  }),
};
const conversation = z.object(CONVERSATION);
export type Conversation = z.infer<typeof conversation>;

export const MESSAGE = {
  message_id: z.uuid(),
  role: z.enum(MESSAGE_ROLES),
  content: z.string(),
  task_id: z.uuid().nullable(),
  created_at: z.date(),
};
const message = z.object({ ...MESSAGE, conversation_id: z.uuid() });
export type Message = z.infer<typeof message>;
