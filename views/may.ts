/** What the one who looks may do; views hide what they may not. */
export interface May {
  operate: boolean;
  administer: boolean;
}
