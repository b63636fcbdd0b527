/** The channels of one connection, from its first wire to its end. */

import type { Driver } from "../connection/driver.js";
import { ConnectionError, ProtocolError, type TelefuncError } from "../errors.js";
import type { Connection } from "../protocol/connection.js";
import type { Event } from "../protocol/event.js";
import { Port } from "./port.js";

export class Session {
  readonly core: Connection;
  readonly token: string;
  /** How many calls are under way that may bring channels. */
  calls = 0;
  readonly #driver: Driver;
  readonly #ports: Map<number, Port> = new Map();

  constructor(driver: Driver) {
    this.#driver = driver;
    this.core = driver.core;
    this.token = driver.token;
  }

  /** Whether nobody needs the connection. */
  get isIdle(): boolean {
    return !this.calls && !this.core.channels;
  }

  /** Opens a channel of ours. */
  open(): Port {
    const id = this.core.open(new Uint8Array());
    if (typeof id === "string") throw new ProtocolError(`can't open a channel: ${id}`, { code: id });
    return this.#add(id, true);
  }

  /** The channel that a message mentions; its `OPEN` may come later than that. */
  port(id: number): Port {
    return this.#ports.get(id) ?? this.#add(id, false);
  }

  consume(channel: number, cost: number): void {
    this.core.consume(Date.now(), channel, cost);
    this.wake();
  }

  wake(): void {
    this.#driver.wake();
  }

  handle(event: Extract<Event, { channel: number }>): void {
    const port = event.kind === "opened" ? this.port(event.channel) : this.#ports.get(event.channel);
    port?.handle(event);
  }

  /** The connection is over, and with it every channel. */
  end(error: TelefuncError): void {
    for (const port of [...this.#ports.values()]) port.end(error);
  }

  /** Our end of a port is said, or the server's came. */
  forget(port: Port): void {
    this.#ports.delete(port.id);
  }

  #add(id: number, isOpen: boolean): Port {
    const port = new Port(this, id, isOpen);
    this.#ports.set(id, port);
    // On a connection that is over nothing comes any more.
    if (this.core.ended) port.end(new ConnectionError(LOST));
    return port;
  }
}

export const LOST = "the connection was lost";
