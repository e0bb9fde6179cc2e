/** Tells the other tabs that the session changed. What is said holds nothing of it. */
export class Tabs {
  #channel: BroadcastChannel | undefined;

  /** @param name the same in every tab, and for every client of one issuer */
  constructor(name: string, heard: () => void) {
    // Without storage, as in a sandboxed frame, there may be none, or it may refuse: then each tab is on its own.
    try {
      this.#channel = new BroadcastChannel(name);
      this.#channel.onmessage = heard;
      // Node waits for an open channel.
      (this.#channel as { unref?(): void }).unref?.();
    } catch {}
  }

  tell(): void {
    this.#channel?.postMessage("changed");
  }
}
