import type { OutsideText } from "@/server/providers/provider.ts";
import { pageOf } from "./addresses.ts";
import type { Data, Exception } from "./schema.ts";

const MOST_FRAMES = 20;
const MOST_CAUSES = 5;
const LONGEST_LINE = 500;
const AUTHOR = { id: null, name: null, association: null, is_bot: false };

/** The issue, the event or the alert in words; null where the payload has none of them. */
export function contextOf(data: Data): OutsideText | null {
  const about = data.issue ?? data.event ?? data.error;
  if (!about) return alertOf(data);
  const { title, culprit, level, metadata } = about;
  const lines = [
    metadata?.value && `${metadata.type ? `${metadata.type}: ` : ""}${metadata.value}`,
    culprit && `Culprit: ${culprit}`,
    level && `Level: ${level}`,
    data.triggered_rule && `Alert rule: ${data.triggered_rule}`,
    pageOf(data),
    ...stackOf(data.event?.exception ?? data.error?.exception),
  ];
  return {
    title: cut(title ?? metadata?.title ?? "an issue without a title"),
    body: lines.filter((line) => typeof line === "string" && line !== "").map((line) => cut(line!))
      .join("\n"),
    author: AUTHOR,
  };
}

function alertOf(data: Data): OutsideText | null {
  const { metric_alert, description_title, description_text } = data;
  if (!metric_alert) return null;
  return {
    title: cut(description_title ?? metric_alert.title ?? `alert ${metric_alert.id}`),
    body: [description_text ?? "", pageOf(data) ?? ""].filter(Boolean).map(cut).join("\n"),
    author: AUTHOR,
  };
}

function stackOf(exception: Exception | undefined): string[] {
  return (exception?.values ?? []).slice(-MOST_CAUSES).flatMap(({ type, value, stacktrace }) => [
    `${type ?? "Error"}: ${value ?? ""}`,
    ...(stacktrace?.frames ?? []).slice(-MOST_FRAMES).reverse().map((frame) =>
      `  at ${frame.function ?? "?"} (${frame.filename ?? "?"}:${frame.lineno ?? "?"})`
    ),
  ]);
}

const cut = (line: string): string => line.slice(0, LONGEST_LINE).toWellFormed();
