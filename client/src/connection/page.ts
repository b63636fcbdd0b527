/** What becomes of the page: it goes online, it is hidden, put away, brought back, or left. */

/** Who is told. */
export interface Life {
  /** The page is awake; with `isNew`, on what may be another network. */
  wake(isNew: boolean): void;
  /** The page is put away, to be brought back perhaps, or is left `forGood`. */
  sleep(forGood: boolean): void;
}

/** Watches until what this gives is called. Elsewhere than in a page nothing of this happens. */
export const watchPage = (life: Life): (() => void) => {
  const controller = new AbortController();
  const { signal } = controller;
  const on = (target: Partial<EventTarget> | undefined, name: string, run: (event: any) => void): void =>
    target?.addEventListener?.(name, run, { signal });
  const { document } = globalThis;
  on(globalThis, "online", () => life.wake(true));
  // A page in the back-forward cache has no connections, and one with a WebSocket would not be put there.
  on(globalThis, "pagehide", ({ persisted }) => life.sleep(!persisted));
  on(globalThis, "pageshow", ({ persisted }) => persisted && life.wake(false));
  on(document, "visibilitychange", () => document.hidden || life.wake(false));
  on(document, "freeze", () => life.sleep(false));
  on(document, "resume", () => life.wake(false));
  return () => controller.abort();
};
