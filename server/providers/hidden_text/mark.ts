export const MARK = "[hidden text was removed here]";

export interface TakenMarkup {
  kind: "comment" | "definition" | "info_string";
  text: string;
}
