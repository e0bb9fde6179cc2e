import { type Place, Unavailable } from "./error.js";

/** `closed`: requests go through. `open`: none does. `half-open`: one is on its way to see. */
export type HopState = "closed" | "open" | "half-open";

/** When a hop counts as down. */
export interface BreakerOptions {
  /** How many tries have to fail in a row; 5 without. */
  failures?: number;
  /** Milliseconds until one request may see whether it is back; 10,000 without. */
  pause?: number;
}

/** Keeps requests from a hop that is down, so that it can come back and people need not wait for it. */
export class Breaker {
  state: HopState = "closed";
  /** Tries that failed in a row. */
  #failed = 0;
  #until = 0;

  constructor(
    readonly options: BreakerOptions,
    readonly changed: () => void,
  ) {}

  /**
   * Lets a request pass.
   *
   * @throws Unavailable where the hop is down, or another request is on its way to see
   */
  enter(place: Place): void {
    if (this.state === "closed") return;
    const wait = this.#until - performance.now();
    if (wait > 0 || this.state === "half-open") {
      const retryAfter = Math.max(1, Math.ceil(wait / 1e3));
      throw new Unavailable("was not asked", place, { retryAfter });
    }
    this.#become("half-open");
  }

  /** The hop answered, as itself. */
  succeeded(): void {
    this.#failed = 0;
    this.#become("closed");
  }

  /** The hop did not answer, or said that it cannot; `seconds` where it named a time before which nobody should ask. */
  failed(seconds: number): void {
    const { failures = 5, pause = 1e4 } = this.options;
    const now = performance.now();
    const isProbe = this.state !== "closed";
    // What was under way when it opened tells nothing new.
    if (isProbe ? now < this.#until : ++this.#failed < failures && !seconds) return;
    this.#until = now + (seconds * 1e3 || pause);
    this.#become("open");
  }

  /** A request ended: whoever comes next may see, unless it is told what came of this one. */
  left(): void {
    if (this.state === "half-open") this.#become("open");
  }

  #become(state: HopState): void {
    if (this.state === state) return;
    this.state = state;
    this.changed();
  }
}
