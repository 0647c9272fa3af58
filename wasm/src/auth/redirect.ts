// How a person authorizes: they are sent to a page, and come back to an address with an answer.

/** One sign-in of a person. */
export interface Redirect {
  /** Where the authorization server sends the person back to. Registered with it, so it must not change during one sign-in. */
  readonly redirectUri: string;
  /**
   * Brings the person to `url` and resolves to the address that they came back to, with all its parameters; to nothing
   * when another host has taken the answer and put what came of it into the store. Rejects when nobody comes back.
   */
  open(url: URL): Promise<URL | undefined>;
  /** Keeps under `state` what another host needs to take the answer. It holds secrets. */
  keep?(state: string, signIn: unknown): Promise<void>;
  /** The sign-in is over, whatever came of it; called once. */
  close?(): void | Promise<void>;
}
