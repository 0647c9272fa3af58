// An authorization server, a protected server that trusts it, and what goes there with troupe's authorization.
import { Authorizer } from "troupe";
import { authorizationServer, consenting, protectedServer } from "../../standin/authorization.mjs";

/** `rules` of the authorization server and of the protected one; `auth` as in a server's options. */
export async function authorized(t, { as: asRules, server: serverRules, auth } = {}) {
  const as = await authorizationServer(asRules);
  const server = await protectedServer({ as, ...serverRules });
  t.after(() => Promise.all([as.close(), server.close()]));
  const redirect = consenting();
  const options = { redirect, ...auth };
  return { as, server, redirect, ...going(server.url, options) };
}

/** `post` sends one message and gives the status; `refusal` gives the sentence with which that fails. */
export function going(url, options) {
  const { fetch } = new Authorizer(url, options);
  const send = (method = "tools/list", init = {}) =>
    fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params: {} }),
      ...init,
    });
  const post = async (method, init) => {
    const response = await send(method, init);
    await response.body?.cancel();
    return response.status;
  };
  const refusal = (method) =>
    post(method).then(
      (status) => `status ${status}`,
      (error) => `${error.code}: ${error.message}`,
    );
  return { fetch, send, post, refusal };
}
