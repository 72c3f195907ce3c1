export const NEEDS_APPROVAL =
  "Changes to code need an approval by a person, and approvals are not there yet: " +
  "they come with a later version. Until then I can `analyze`, `plan` and `review`.";
