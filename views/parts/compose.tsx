import { TrustTick } from "@/views/parts/outside_text.tsx";
import { plain } from "@/views/plain.ts";

interface ComposeProps {
  agents: string[];
  conversation_id: string | null;
  /** Then the agent may only read, unless the person trusts the text. */
  has_outside_text: boolean;
  /** Input that was refused. */
  message?: string;
  problem?: string;
  trusts?: boolean;
}

export function Compose(props: ComposeProps) {
  const { agents, conversation_id, message, problem } = props;
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
      {props.has_outside_text && <TrustTick id="trust" checked={props.trusts} />}
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
