/** The one connection of a client: which wire is tried when, until nobody needs it or its owner ends it. */

import { type Client, connected } from "../client.js";
import { ChannelClosedError, ConnectionError, type TelefuncError } from "../errors.js";
import { LOST, Session } from "../live/session.js";
import type { Event } from "../protocol/event.js";
import { BASE_PATH, FRAMES_TYPE, WIRE_PATH } from "../protocol/media.js";
import { Driver, later, type Refusal } from "./driver.js";
import { watchPage } from "./page.js";
import { type Post, post } from "./post.js";
import type { ConnectionState, ConnectionStatus } from "./status.js";
import { webSocket } from "./websocket.js";

/** Milliseconds: at most so long until the first attempt to reconnect, and between attempts after many. */
const FIRST = 100;
const LAST = 10_000;
/** Milliseconds that a connection which nobody needs is kept. */
const LINGER = 10_000;
/** After so many WebSockets that did not open, none is tried for a while. */
const TRIES = 2;

/** The link of a client, made when it is first asked for. */
export const linkOf = (client: Client): Link => {
  const { connection } = connected(client);
  connection.link ??= new Link(client);
  return connection.link as Link;
};

export class Link {
  readonly #client: Client;
  readonly #status: ConnectionStatus;
  #session: Session | undefined;
  #driver: Driver | undefined;
  /** Attempts to reconnect since a wire was last bound. */
  #attempts = 0;
  /** The wire that is a WebSocket and not bound yet. */
  #trying: number | undefined;
  /** WebSockets that did not open since one last did, and whether one ever did. */
  #failures = 0;
  #hasWorked = false;
  /** The page is hidden in a way that takes its wires away. */
  #isAsleep = false;
  #retry: (() => void) | undefined;
  #linger: (() => void) | undefined;
  #unwatch: (() => void) | undefined;

  constructor(client: Client) {
    this.#client = client;
    this.#status = client.connection;
  }

  /** The session that goes on, or a new one. */
  session(): Session {
    if (this.#session) return this.#session;
    const driver = new Driver({
      event: (event) => driver === this.#driver && this.#handle(event),
      settled: () => driver === this.#driver && this.#settle(),
      lost: (wire, refusal) => driver === this.#driver && this.#lost(wire, refusal),
    });
    this.#driver = driver;
    this.#session = new Session(driver);
    this.#attempts = 0;
    this.#isAsleep = false;
    this.#unwatch = watchPage({ wake: (isNew) => this.#wake(isNew), sleep: (forGood) => this.#sleep(forGood) });
    this.#status.change("connecting");
    this.#connect();
    return this.#session;
  }

  /** Ends the connection; nothing but the next call that needs one makes another. */
  close(): void {
    this.#end("closed");
  }

  /** Binds one more wire, in the place of the one there is, if there is one. */
  #connect(): void {
    this.#stopRetry();
    if (this.#isAsleep || !this.#driver) return;
    if (this.#hasWorked && !this.#failures) this.#connectSocket();
    else this.#driver.attach(post(this.#post, this.#driver.token));
  }

  #connectSocket(): void {
    const { WebSocket: Socket = globalThis.WebSocket, url = BASE_PATH } = this.#client.options;
    if (!Socket || !this.#driver) return;
    const address = new URL(url.replace(/\/$/, "") + WIRE_PATH, globalThis.location?.href);
    address.protocol = address.protocol.replace("http", "ws");
    this.#trying = this.#driver.attach(webSocket(Socket, address.href));
  }

  /** The same for a page that is gone before the answer comes. */
  readonly #lastPost: Post = (body, headers) => this.#post(body, headers, undefined, true);

  readonly #post = async (
    body: Uint8Array<ArrayBuffer>,
    headers: Record<string, string>,
    signal?: AbortSignal,
    keepalive?: boolean,
  ): Promise<Response> => {
    const { url = BASE_PATH, headers: shared, fetch: send = fetch, credentials } = this.#client.options;
    const all = new Headers(await (typeof shared === "function" ? shared() : shared));
    all.set("content-type", FRAMES_TYPE);
    for (const [name, value] of Object.entries(headers)) all.set(name, value);
    return send(url.replace(/\/$/, "") + WIRE_PATH, {
      ...(credentials && { credentials }),
      ...(signal && { signal }),
      ...(keepalive && { keepalive }),
      method: "POST",
      headers: all,
      body,
    });
  };

  #handle(event: Event): void {
    if (event.kind === "attached") this.#attached(event.wire);
    else if (event.kind === "detached") this.#status.change("reconnecting");
    else if (event.kind === "drain") later(event.after, () => this.#connect());
    else if (event.kind === "ended") {
      this.#end("closed", new ConnectionError(`${LOST}: ${event.end.name}`));
    } else if ("channel" in event) this.#session?.handle(event);
  }

  #attached(wire: number): void {
    this.#attempts = 0;
    this.#status.change("open");
    if (wire === this.#trying) {
      this.#trying = undefined;
      this.#failures = 0;
      this.#hasWorked = true;
    } else if (this.#trying === undefined && this.#failures < TRIES) {
      // What HTTP carries works; now to what is faster, if that passes.
      this.#connectSocket();
    }
  }

  #lost(wire: number, refusal: Refusal | undefined): void {
    if (wire === this.#trying) {
      this.#trying = undefined;
      this.#failures++;
    }
    if (this.#driver?.wires || this.#isAsleep || this.#retry) return;
    // The server does not want us, so nothing of this is to be tried again.
    if (refusal?.isFinal) {
      this.#end("closed", new ConnectionError(LOST));
      return;
    }
    // Full jitter, so that a server which comes back is not met by all its clients at once.
    const delay = refusal?.retryAfter ?? Math.random() * Math.min(LAST, FIRST * 2 ** this.#attempts++);
    this.#retry = later(delay, () => this.#connect());
  }

  #settle(): void {
    const { isIdle } = this.#session!;
    if (isIdle && !this.#linger) {
      this.#linger = later(LINGER, () => this.#end("idle"));
    } else if (!isIdle) {
      this.#linger?.();
      this.#linger = undefined;
    }
  }

  /** The page may have been away for long, or be on another network (`isNew`). */
  #wake(isNew: boolean): void {
    this.#isAsleep = false;
    if (isNew) this.#failures = 0;
    // Deadlines first: a wire that was silent for too long is not waited for.
    this.#driver?.turn();
    if (isNew || !this.#driver?.wires) this.#connect();
  }

  #sleep(forGood: boolean): void {
    const driver = this.#driver;
    if (forGood) {
      // The browser takes the wires away before anything gets through on them, but for a socket; so one is attached
      // only to say that it is over.
      if (!this.#hasWorked) driver?.attach(post(this.#lastPost, driver.token));
      this.close();
      // There is no other moment.
      driver?.turn();
    } else {
      this.#isAsleep = true;
      this.#stopRetry();
      driver?.detach();
    }
  }

  /** Ends the connection, if it is not over yet, and its channels with `error`. */
  #end(state: ConnectionState, error: TelefuncError = new ChannelClosedError("the connection was closed")): void {
    const driver = this.#driver;
    const session = this.#session;
    this.#unwatch?.();
    this.#linger?.();
    this.#stopRetry();
    this.#linger = this.#driver = this.#session = this.#trying = undefined;
    driver?.core.shutdown();
    this.#status.change(state);
    session?.end(error);
    driver?.wake();
  }

  #stopRetry(): void {
    this.#retry?.();
    this.#retry = undefined;
  }
}
