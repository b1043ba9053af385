/** Number that the shell gives to each authenticated link; never used twice in a process. */
export type LinkId = number;
