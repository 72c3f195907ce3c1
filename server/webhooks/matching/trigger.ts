const MAX_PATTERNS = 20;
const MAX_LENGTH = 100;

export function compileTrigger(trigger: string | null): (event_type: string) => boolean {
  const tests = patternsOf(trigger ?? "").filter((p) => patternProblem(p) === null).map(testOf);
  return (event_type) => tests.some((test) => test(event_type));
}

export function triggerProblem(text: string): string | null {
  const patterns = patternsOf(text);
  if (patterns.length > MAX_PATTERNS) {
    return `has ${patterns.length} patterns, at most ${MAX_PATTERNS} may be given`;
  }
  for (const pattern of patterns) {
    const problem = patternProblem(pattern);
    if (problem) return problem;
  }
  return null;
}

const patternsOf = (text: string): string[] => text.split(",").map((pattern) => pattern.trim());

function patternProblem(pattern: string): string | null {
  if (pattern === "") return "has an empty pattern: write it as `issues.opened, push`";
  if (pattern.length > MAX_LENGTH) {
    return `"${pattern.slice(0, 30)}…" is longer than ${MAX_LENGTH} characters`;
  }
  const parts = pattern.split(".");
  if (parts.includes("")) return `"${pattern}" has an empty part beside a dot`;
  if (parts.some((part) => part.includes("*") && part !== "*")) {
    return `"${pattern}": \`*\` stands for a whole part, as in \`issue_comment.*\``;
  }
  if (parts.slice(0, -1).includes("*")) return `"${pattern}": \`*\` may only come last`;
  if (/\s/.test(pattern)) return `"${pattern}" has a blank inside: patterns are parted by commas`;
  return null;
}

function testOf(pattern: string): (event_type: string) => boolean {
  if (pattern === "*") return (event_type) => event_type !== "";
  if (!pattern.endsWith(".*")) return (event_type) => event_type === pattern;
  const start = pattern.slice(0, -1);
  return (event_type) => event_type.length > start.length && event_type.startsWith(start);
}
