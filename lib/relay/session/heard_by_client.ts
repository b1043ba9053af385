/** What a client hears of the end of its stream: nothing, where the next session takes it as it is. */
export type HeardByClient = "reset" | "nothing";
