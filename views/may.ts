/** What the person who looks may do; views hide the rest. */
export interface May {
  operate: boolean;
  administer: boolean;
}
