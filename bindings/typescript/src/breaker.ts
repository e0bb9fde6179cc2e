import { type Place, Unavailable } from "./error.js";

/** `closed`: requests go through. `open`: none does. `half-open`: one is on its way to see. */
export type HopState = "closed" | "open" | "half-open";

/** When a hop counts as down. */
export interface BreakerOptions {
  /** How many tries have to fail in a row; 5 without. */
  failures?: number;
  /** Milliseconds until one request may see whether it is back; 10,000 without. Each that fails doubles it, up to 6 times. */
  pause?: number;
}

/** Keeps requests from a hop that is down, so that it can come back and people need not wait for it. */
export class Breaker {
  state: HopState = "closed";
  /** Tries that failed in a row. */
  #failed = 0;
  /** Times that it opened in a row. */
  #opened = 0;
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
      throw new Unavailable("was not asked, for it failed before", place, { retryAfter });
    }
    this.#become("half-open");
  }

  /** The hop answered, as itself. */
  succeeded(): void {
    this.#failed = this.#opened = 0;
    this.#become("closed");
  }

  /** The hop did not answer, or said that it cannot; `seconds` where it named a time before which nobody should ask. */
  failed(seconds?: number): void {
    const { failures = 5, pause = 1e4 } = this.options;
    // What was under way when it opened tells nothing new.
    if (this.state === "open") return;
    if (++this.#failed < failures && this.state === "closed" && !seconds) return;
    this.#until = performance.now() + (seconds ? seconds * 1e3 : pause * 2 ** Math.min(this.#opened++, 6));
    this.#become("open");
  }

  /** A request ended without telling anything of the hop: whoever comes next may see. */
  left(): void {
    if (this.state === "half-open") this.#become("open");
  }

  #become(state: HopState): void {
    if (this.state === state) return;
    this.state = state;
    this.changed();
  }
}
