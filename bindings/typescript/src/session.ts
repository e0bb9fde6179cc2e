import { type Place, SessionChanged, SignedOut } from "./error.js";
import type { Ask } from "./issuer.js";
import { tabs } from "./tabs.js";
import type { Held } from "./token.js";

/** One person's token, in memory alone. */
export class Session {
  /** Grows when the person may be another one: what belongs to an earlier number is of somebody who is gone. */
  generation = 0;
  /** Whose token it is: `null` if nobody is signed in, `undefined` as long as nobody has asked. */
  subject: string | null | undefined;
  #held: Held | undefined;
  /** How long the token that is held lives, in milliseconds. */
  #life = 0;
  /** The one request under way. */
  #request: Promise<Held> | undefined;
  /** Whether it waits for another one to end. */
  #isQueued = false;
  /** Whether another tab ended the session of somebody who was here. */
  #left = false;
  readonly #tell: () => void;

  /**
   * @param issuer where tokens come from; its address is the same in every tab
   * @param changed hears of each change of `generation` or `subject`: `over` whether what is under way belongs to nobody now,
   *   and the error where somebody who was here is no longer signed in
   */
  constructor(
    readonly ask: Ask,
    readonly issuer: Place,
    readonly changed: (over: boolean, gone?: SignedOut) => void,
  ) {
    this.#tell = tabs(`betroth ${issuer.url}`, () => {
      this.#left ||= !!this.subject;
      this.#end(undefined);
    });
  }

  /** The token if it is good for a while; otherwise the promise of one. */
  token(): Held | Promise<Held> {
    const held = this.#held;
    const left = held?.left() ?? 0;
    // A minute, or a fifth of its life; in the last twelfth of that it could end on its way.
    const early = Math.min(6e4, this.#life / 5);
    if (left > early) return held!;
    const renewal = this.renew();
    if (left <= early / 12) return renewal;
    // Nobody waits for the renewal of a token that serves, nor minds if it fails.
    renewal.catch(() => {});
    return held!;
  }

  /** A token other than `refused`, if there is one to be had: another request may have got it already. */
  instead(refused: Held): Held | Promise<Held> {
    return this.#held && this.#held !== refused ? this.#held : this.renew();
  }

  /** A token that is asked for from now on; without `fresh`, one that is under way will do. */
  renew(fresh?: boolean): Promise<Held> {
    const before = this.#request;
    if (before && (!fresh || this.#isQueued)) return before;
    this.#isQueued = !!before;
    const { generation } = this;
    const start = () => {
      this.#isQueued = false;
      return this.#renewed(generation);
    };
    const request = (before ? before.then(start, start) : start()).finally(() => {
      if (this.#request === request) this.#request = undefined;
    });
    this.#request = request;
    return request;
  }

  /** Drops the token, here and in the other tabs. */
  forget(): void {
    this.#left = false;
    this.#end(undefined);
    this.#tell();
  }

  /** @throws SessionChanged where `generation` is over */
  live(generation: number, place: Place): void {
    if (generation !== this.generation) throw new SessionChanged("was for a session that ended", place);
  }

  async #renewed(generation: number): Promise<Held> {
    const live = () => this.live(generation, this.issuer);
    try {
      const held = await this.ask(live);
      live();
      const { subject } = this;
      this.#held = held;
      this.#life = held.left();
      if (subject !== held.subject) {
        this.subject = held.subject;
        if (subject) this.generation++;
        this.changed(!!subject);
      }
      return held;
    } catch (error) {
      if (error instanceof SignedOut && generation === this.generation) this.#end(null, error);
      throw error;
    }
  }

  #end(subject: null | undefined, error?: SignedOut): void {
    const wasHere = !!this.subject;
    this.#held = this.#request = undefined;
    this.subject = subject;
    // Who was not here cannot have left.
    const over = wasHere || !error;
    if (over) this.generation++;
    this.changed(over, wasHere || this.#left ? error : undefined);
    if (error) this.#left = false;
  }
}
