/** What a configuration file may say, for its man page. */
export interface SettingsPage {
  readonly name: string;
  /** Whose file it is. */
  readonly program: "cnapt" | "snapt";
  readonly summary: string;
  readonly description: readonly string[];
  readonly sections: readonly {
    readonly title: string;
    /** Path of the setting, its usual value (empty: none), what it is. */
    readonly settings: readonly (readonly [string, string, string])[];
  }[];
}
