import type { InputTable } from "../../../shared/input/input.ts";
import type { EpochMs } from "../../../shared/units.ts";
import type { NotifyEvent } from "./event.ts";
import type { Message } from "./message.ts";

/** What is to be told: one message, of one event or of many. */
export interface Note {
  /** The same whenever it is sent again. */
  readonly id: string;
  readonly message: Message;
  /** The event; of a digest the first one. */
  readonly event: NotifyEvent;
}

/** A request as it goes out. */
export interface HttpSending {
  readonly kind: "http";
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A mail as it goes out, with the server that takes it. */
export interface MailSending {
  readonly kind: "mail";
  readonly server: {
    readonly host: string;
    readonly port: number;
    readonly tls: "starttls" | "implicit" | "none";
    readonly user: string | null;
    readonly password: string | null;
  };
  readonly mail: {
    readonly from: string;
    readonly to: readonly string[];
    readonly subject: string;
    readonly text: string;
    readonly messageId: string;
  };
}

/** What goes out over the network. */
export type Sending = HttpSending | MailSending;

/** Makes what goes out; null if the service has no words for such an event. */
export type Build = (note: Note) => Sending | null;

/** A service that brings messages to people. */
export interface Service {
  /** Its name in sentences. */
  readonly title: string;
  /** Its own fields. */
  readonly fields: readonly string[];
  /** Those whose values are never shown. */
  readonly secretFields: readonly string[];
  /** It takes several events as one message; else each event is sent. */
  readonly combines: boolean;
  /** What it is told stays open until it is told the end. */
  readonly opensAlerts?: boolean;
  /** It gets what is held too, if a pattern lets it through. */
  readonly takesHeld?: boolean;
  /** Reads its fields and reports what is wrong with them. */
  readonly open: (item: InputTable) => Build;
}

/** Where messages go. */
export interface NotifyTarget {
  readonly name: string;
  readonly type: string;
  readonly service: Service;
  readonly build: Build;
  /** Like `build`, without anything secret, to be shown. */
  readonly buildMasked: Build;
  /** Texts that must be in no sentence. */
  readonly secrets: readonly string[];
  /** Where the page is that links lead to; null for that of this machine. */
  readonly pageUrl: string | null;
}

/** One event that waits for one target. */
export interface Waiting {
  readonly key: string;
  readonly target: string;
  readonly event: NotifyEvent;
  readonly atMs: EpochMs;
}
