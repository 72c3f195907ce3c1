/** What GitHub takes from nobody without a permission of its own. */
export const isWorkflow = (path: string): boolean => path.startsWith(".github/workflows/");
