/** `client.connection`: how the connection is doing, as a user interface may show it. */

/**
 * `idle`: nothing has needed it yet, or nothing does any more. `connecting`: for the first time. `open`: messages
 * flow. `reconnecting`: the network is away, nothing is lost yet. `closed`: the page closed it, or it could not be
 * restored in time; the next call that needs one makes a new one.
 */
export type ConnectionState = "idle" | "connecting" | "open" | "reconnecting" | "closed";

/** The connection of a client. */
export interface ConnectionStatus {
  /** How it is now. */
  readonly state: ConnectionState;
  /** Calls back whenever the state has changed, until what this gives is called. */
  subscribe(onChange: (state: ConnectionState) => void): () => void;
  /** Ends the connection, and with it every channel, callback and call that rides on it. */
  close(): void;
  /** @internal What the code that is loaded when it is first needed keeps here. */
  link?: Link;
  /** @internal */
  change(state: ConnectionState): void;
}

/** What the status can ask of the connection itself. */
export interface Link {
  close(): void;
}

export const status = (): ConnectionStatus => {
  const subscribers = new Set<(state: ConnectionState) => void>();
  const self = {
    state: "idle" as ConnectionState,
    // Without `this`, so that it can be handed over as it is, to React's `useSyncExternalStore` for instance.
    subscribe(onChange: (state: ConnectionState) => void) {
      // One function may subscribe twice.
      const own = (state: ConnectionState) => onChange(state);
      subscribers.add(own);
      return () => subscribers.delete(own);
    },
    close() {
      (self as ConnectionStatus).link?.close();
    },
    change(state: ConnectionState) {
      if (state === self.state) return;
      self.state = state;
      for (const subscriber of [...subscribers]) subscriber(state);
    },
  };
  return self;
};
