/** Where text goes. */
export interface Sink {
  readonly isTty: boolean;
  write(text: string): void;
}
