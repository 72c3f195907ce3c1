import type { DeliveryEvent } from "@/server/providers/provider.ts";

/** Whether it is about what GitHub calls a pull request, and GitLab a merge request. Pure. */
export const isAboutPullRequest = ({ object, reply_target }: DeliveryEvent): boolean =>
  reply_target?.is_pull_request === true || /^(pull|merge)_request$/.test(object?.kind ?? "");
