// What is told of changes to a stateless client that listens.
import { ServerError } from "../connected-server.js";
import type { InProcessServer } from "./in-process.js";
import { type Id, type Params, SUBSCRIPTION, isObject } from "./message.js";

/** Whoever is told of changes. */
export interface Listener {
  toolsChanged(): void;
  updated(uri: string): void;
}

export class Subscription implements Listener {
  /** What of its wishes can come true. */
  readonly #heard: { toolsListChanged?: true; resourceSubscriptions?: readonly unknown[] };

  /** Throws ServerError when the client does not say what it wants to hear. */
  constructor(
    { resources }: InProcessServer,
    private readonly id: Id,
    { notifications: wanted }: Params,
    private readonly say: (message: object) => void,
  ) {
    if (!isObject(wanted)) throw new ServerError('What is listened to is said in "notifications".', -32602);
    const { toolsListChanged, resourceSubscriptions } = wanted;
    this.#heard = {
      ...(toolsListChanged === true && { toolsListChanged }),
      ...(resources.length > 0 && Array.isArray(resourceSubscriptions) && { resourceSubscriptions }),
    };
    this.#tell("notifications/subscriptions/acknowledged", { notifications: this.#heard });
  }

  toolsChanged(): void {
    if (this.#heard.toolsListChanged) this.#tell("notifications/tools/list_changed", {});
  }

  updated(uri: string): void {
    if (this.#heard.resourceSubscriptions?.includes(uri))
      this.#tell("notifications/resources/updated", { uri });
  }

  #tell(method: string, params: object): void {
    this.say({ method, params: { ...params, _meta: { [SUBSCRIPTION]: this.id } } });
  }
}
