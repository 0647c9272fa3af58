// A person signs in in a window of the browser that comes back to a page of the application.
import type { Redirect } from "./redirect.js";
import { Refusal } from "./refusal.js";

const CHANNEL = "troupe sign-in";
const PATIENCE_MS = 300_000;

export interface PopupOptions {
  /** A page of the application's own origin, which calls {@link finishPopup}. */
  redirectUri: string;
  /**
   * Brings the person there. Default: opens a window. In a worker, which cannot open one, let the page do it. Browsers
   * block windows that no click asked for: show a link then.
   */
  show?: (url: string) => void;
  /** How long the person may take, in milliseconds. Default: five minutes. */
  patienceMs?: number;
}

/**
 * Signs in in another window. The answer comes over a BroadcastChannel: pages that isolate themselves, as those of
 * authorization servers do, cut a window off from the one that opened it.
 *
 * @example
 * ```ts
 * import { createTroupe, popupRedirect } from "troupe";
 *
 * const redirect = popupRedirect({ redirectUri: "https://app.example/signed-in.html" });
 * await createTroupe({ servers: { tickets: { url: "https://tickets.example/mcp", auth: { redirect } } } });
 * ```
 */
export function popupRedirect({
  redirectUri,
  show = popUp,
  patienceMs = PATIENCE_MS,
}: PopupOptions): Redirect {
  return {
    redirectUri,
    open: (url) =>
      new Promise((resolve, reject) => {
        const channel = new BroadcastChannel(CHANNEL);
        const state = url.searchParams.get("state");
        const end = () => (clearTimeout(timer), channel.close());
        const timer = setTimeout(() => {
          end();
          reject(new Refusal("Nobody finished it in time."));
        }, patienceMs);
        channel.onmessage = ({ data }: MessageEvent<unknown>) => {
          // Other tabs sign in over the same channel.
          if (typeof data !== "string" || !URL.canParse(data)) return;
          const callback = new URL(data);
          if (callback.searchParams.get("state") !== state) return;
          end();
          resolve(callback);
        };
        show(url.href);
      }),
  };
}

/**
 * On the page that the person comes back to: tells whoever waits, and closes the window.
 *
 * @example
 * ```ts
 * import { finishPopup } from "troupe";
 *
 * finishPopup();
 * ```
 */
export function finishPopup(callback: string = globalThis.location.href): void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage(callback);
  channel.close();
  // The code is of use once only, but the window's history need not have it.
  globalThis.history?.replaceState(null, "", globalThis.location.pathname);
  globalThis.close?.();
}

function popUp(url: string): void {
  globalThis.open?.(url, "_blank", "popup,width=520,height=720");
}
