import { bytes } from "@/views/format.ts";
import { cut, oneLine, plain } from "@/views/plain.ts";

type Input = Record<string, unknown>;

const LONGEST = 8_000;

/** Commands and files as such, other input field by field. */
export function ToolInput({ name, input }: { name: string; input: Input }) {
  if (name === "Bash" && typeof input.command === "string") {
    return <Code text={`$ ${input.command}`} label="Command" />;
  }
  if (name === "Edit" && typeof input.old_string === "string") return <Change input={input} />;
  const fields = Object.entries(input);
  if (fields.length === 0) return null;
  return (
    <dl class="fields">
      {fields.map(([key, value]) => <Field key={key} name={key} value={value} />)}
    </dl>
  );
}

function Field({ name, value }: { name: string; value: unknown }) {
  const text = typeof value === "string" ? value : JSON.stringify(value, null, 2) ?? "";
  const long = text.length > 80 || text.includes("\n");
  return (
    <>
      <dt>{oneLine(name, 60)}</dt>
      <dd>{long ? <Code text={text} /> : <code>{plain(text)}</code>}</dd>
    </>
  );
}

function Change({ input }: { input: Input }) {
  return (
    <>
      <p class="path">
        <code>{oneLine(String(input.file_path ?? ""), 300)}</code>
      </p>
      <Code text={String(input.old_string)} label="Removed" tone="removed" />
      <Code text={String(input.new_string ?? "")} label="Added" tone="added" />
    </>
  );
}

interface CodeProps {
  text: string;
  label?: string;
  tone?: "removed" | "added" | "error";
  /** Path of the whole text. */
  href?: string;
  /** Bytes beyond those of `text`. */
  left_out?: number;
  longest?: number;
}

/** Cut where it is very long; can be scrolled by keyboard. */
export function Code({ text, label, tone, href, left_out = 0, longest = LONGEST }: CodeProps) {
  const shown = cut(plain(text), longest);
  const missing = shown.left_out + left_out;
  return (
    <>
      <pre
        class={tone ? `code ${tone}` : "code"}
        tabIndex={0}
        role="region"
        aria-label={label ?? "Text"}
      >{shown.text}</pre>
      {missing > 0 && (
        <p class="cut">
          {`… ${bytes(missing)} more`}
          {href && (
            <>
              : <a href={href}>show all</a>
            </>
          )}
        </p>
      )}
    </>
  );
}
