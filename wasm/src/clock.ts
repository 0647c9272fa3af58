// Time for the engine: milliseconds since 1970 that never stand still, and its one alarm.

/** Gives the time. */
export type Clock = () => number;

/**
 * The wall clock, or where it was set back, what the steady clock makes of the time before: an engine whose time stood
 * still would not wake anybody.
 */
export function steadyClock(): Clock {
  const start = Date.now() - performance.now();
  return () => Math.max(Date.now(), Math.floor(start + performance.now()));
}

/** Timers beyond this go off at once. */
const LONGEST = 2 ** 31 - 1;

interface Held {
  ref?(): void;
  unref?(): void;
}

/** The engine's one alarm. In Node it keeps the process alive only while it is held. */
export class Alarm {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #held = false;

  constructor(
    private readonly clock: Clock,
    private readonly ring: () => void,
  ) {}

  /** Rings at `at`; the newest call counts. */
  set(at: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(
      () => {
        // Timers may go off a little early, and an engine that is asked too soon does not set its alarm again.
        if (this.clock() < at) this.set(at);
        else this.ring();
      },
      Math.min(Math.max(at - this.clock(), 0), LONGEST),
    );
    this.#apply();
  }

  hold(held: boolean): void {
    this.#held = held;
    this.#apply();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #apply(): void {
    const timer = this.#timer as Held | undefined;
    if (this.#held) timer?.ref?.();
    else timer?.unref?.();
  }
}
