import { CommandInput } from "@/views/pages/command/fields.tsx";
import type { CommandFormProps } from "@/views/pages/command/form.tsx";
import { plain } from "@/views/plain.ts";

const EXAMPLE = `{"label.name": {"in": ["bug", "crash"]}, "issue.assignee": {"exists": false}}`;

/** When a command runs: by its name, by an event, and under which conditions. */
export function WhenFields({ webhook, draft, problems }: CommandFormProps) {
  return (
    <fieldset>
      <legend>When</legend>
      <p class="about">
        Written after{" "}
        <code>{plain(webhook.command_prefix)}</code>, it runs. It also runs on events that fit the
        trigger, unasked.
      </p>
      <CommandInput
        name="trigger"
        draft={draft}
        problems={problems}
        hint={
          <>
            Event types by commas, such as <code>{webhook.event_types[0] ?? "push"}</code>; a last
            {" "}
            <code>.*</code> takes all that begin so. Left empty: by its name only.
          </>
        }
      >
        {(input) => (
          <input {...input} value={plain(draft.trigger)} list="event-types" class="mono" />
        )}
      </CommandInput>
      <datalist id="event-types">
        {webhook.event_types.map((type) => <option key={type} value={type} />)}
      </datalist>
      <CommandInput
        name="conditions"
        draft={draft}
        problems={problems}
        hint={
          <>
            JSON: paths of the payload, and what must be true of them. All must hold; in a list, one
            element is enough. There are <code>equals</code>, <code>in</code>,{" "}
            <code>contains</code>, <code>exists</code> and <code>not</code>: <code>{EXAMPLE}</code>
          </>
        }
      />
      <CommandInput
        name="expression"
        draft={draft}
        problems={problems}
        hint={
          <>
            What conditions cannot say, in CEL, over <code>payload</code> and <code>delivery</code>:
            {" "}
            <code>payload.issue.labels.size() &gt; 2</code>
          </>
        }
      >
        {(input) => (
          <textarea {...input} rows={2} class="mono" spellcheck={false}>
            {plain(draft.expression)}
          </textarea>
        )}
      </CommandInput>
    </fieldset>
  );
}
