export interface Site {
  name: string;
  /** what people open in a browser; null where the API has an address of its own */
  base: string | null;
}

/** The site of a `self` address, `https://host/jira/rest/api/2/issue/1`, or null. */
export function siteOf(self: string | null | undefined): Site | null {
  const url = URL.parse(self ?? "");
  if (!url || !/^https?:$/.test(url.protocol) || url.host === "") return null;
  const rest = url.pathname.indexOf("/rest/");
  const path = rest > 0 ? url.pathname.slice(0, rest) : "";
  const is_gateway = url.host === "api.atlassian.com";
  return { name: url.host + path, base: is_gateway ? null : `${url.protocol}//${url.host}${path}` };
}

const ISSUE = /\/issue\/(\d{1,20})(?:\/(?:comment|worklog)\/\d{1,20})?$/;

/** The issue in an address: Data Center sends comments without their issue. */
export function issueIdIn(self: string | null | undefined): string | null {
  return ISSUE.exec(URL.parse(self ?? "")?.pathname ?? "")?.[1] ?? null;
}
