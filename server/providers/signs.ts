/** By what our outbox knows that it did itself what a delivery tells of. */
export interface Signs {
  ids: string[];
  /** the marker that the post begins with; null: none, or it is no post */
  marker: string | null;
  /** `unmarked`: the service does not give our marker back; `echo`: it comes along with a post */
  kind: "post" | "unmarked" | "deed" | "echo";
}
