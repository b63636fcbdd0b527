/** What a call can fail with: a class for each culprit. */

import type { Issue, ProtocolCode } from "./protocol/failure.js";

/** Every failure of a call. `instanceof` also knows the errors of another copy of this package, or of a frame. */
export class TelefuncError extends Error {
  /**
   * The class's own name, which no minifier changes. The key is the same in every copy of this package and in every
   * realm of a page, so `instanceof` goes by it too.
   *
   * @internal
   */
  static readonly "telefunc.error": string = "TelefuncError";

  constructor(message: string, fields?: object) {
    super(message, fields);
    Object.assign(this, fields);
  }

  override get name(): string {
    return (this.constructor as typeof TelefuncError)["telefunc.error"];
  }

  static override [Symbol.hasInstance](value: any): boolean {
    const name = value?.constructor?.["telefunc.error"];
    // A class that a user derives has no name of its own here, and the language's own check is right for it.
    return Object.hasOwn(this, "telefunc.error")
      ? name === this["telefunc.error"] || (!!name && this === TelefuncError)
      : super[Symbol.hasInstance](value);
  }
}

/** The function refused the call, with a value for the caller. */
export class Abort<V = unknown> extends TelefuncError {
  static override readonly "telefunc.error": string = "Abort";
  /** What the function refused with. */
  declare readonly value: V;
  /** The telefunction that refused; `isAbort` compares it. */
  declare readonly source: unknown;
}

/** Arguments broke the rules of their types; the function did not run. */
export class ValidationError extends TelefuncError {
  static override readonly "telefunc.error": string = "ValidationError";
  /** Everything that is wrong, not only the first. */
  declare readonly issues: Issue[];
}

/** A bug on the server. What it was stays there, in the log, under the same id. */
export class ServerError extends TelefuncError {
  static override readonly "telefunc.error": string = "ServerError";
  /** The id of the line in the server's log. */
  declare readonly id: string;
}

/** Server and client do not understand each other, or the call is over a limit. */
export class ProtocolError extends TelefuncError {
  static override readonly "telefunc.error": string = "ProtocolError";
  /** Which rule was broken; `not_telefunc` when somebody else answered. */
  declare readonly code: ProtocolCode | "not_telefunc" | (string & {});
  /** The HTTP status. */
  declare readonly status: number;
}

/** Nobody answered, or the connection was lost before the answer was complete. */
export class ConnectionError extends TelefuncError {
  static override readonly "telefunc.error": string = "ConnectionError";
}

/** The channel has been closed; nothing can be sent on it any more. */
export class ChannelClosedError extends TelefuncError {
  static override readonly "telefunc.error": string = "ChannelClosedError";
}
