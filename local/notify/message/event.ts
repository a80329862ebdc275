/** An event as far as a message is made of it. */
export interface NotifyEvent {
  readonly id: string;
  readonly "detail-type": string;
  readonly time: string;
  readonly detail: Readonly<Record<string, unknown>>;
}
