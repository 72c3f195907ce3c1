import { plain } from "@/views/plain.ts";

interface ComposeProps {
  agents: string[];
  conversation_id: string | null;
  /** What was typed and refused. */
  message?: string;
  problem?: string;
}

/** Words for an agent: in this conversation, or in a new one. */
export function Compose({ agents, conversation_id, message, problem }: ComposeProps) {
  return (
    <form class="compose" method="post" action="/chat" id="compose">
      {conversation_id && <input type="hidden" name="conversation_id" value={conversation_id} />}
      <label for="message">{conversation_id ? "Your message" : "What should be done?"}</label>
      {problem && <p class="warning" role="alert">{plain(problem)}</p>}
      <textarea
        id="message"
        name="message"
        rows={3}
        required
        maxLength={100000}
        data-enter-sends
        aria-describedby="compose-hint"
      >
        {message ?? ""}
      </textarea>
      <div class="compose-row">
        <label class="choice">
          Agent
          <select name="agent">
            {agents.map((agent) => <option key={agent} value={agent}>{agent}</option>)}
          </select>
        </label>
        <span id="compose-hint" class="hint">
          Enter sends, Shift + Enter makes a new line
        </span>
        <button type="submit" class="primary">Send</button>
      </div>
    </form>
  );
}
