/**
 * Hears from the other tabs that the session changed, and returns what tells them. What is said holds nothing of it.
 *
 * @param name the same in every tab, and for every client of one issuer
 */
export function tabs(name: string, heard: () => void): () => void {
  // Where storage is blocked there may be none, or it may refuse: then each tab is on its own. A server has no tabs.
  try {
    const channel = document && new BroadcastChannel(name);
    channel.onmessage = heard;
    return () => channel.postMessage(0);
  } catch {
    return () => {};
  }
}
