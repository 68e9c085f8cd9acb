/** Where the console's server reaches the systems that it shows; base addresses without a slash at the end. */
export type Places = {
  readonly prometheus: string;
  readonly tempo: string;
  readonly logs: string;
  readonly alertmanager: string;
  readonly pager: string;
  readonly api: string;
};
export type PlaceName = keyof Places;
