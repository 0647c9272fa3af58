// How clients may show at a token endpoint who they are.
import type { AuthorizationServer } from "oauth4webapi";

export type AuthMethod = "client_secret_basic" | "client_secret_post" | "private_key_jwt" | "none";

/** The first of `methods` that the server takes; the first of all, if it takes none of them. */
export function preferred(as: AuthorizationServer, methods: readonly AuthMethod[]): AuthMethod {
  // RFC 8414, 2: what is not said is client_secret_basic.
  const taken = as.token_endpoint_auth_methods_supported ?? ["client_secret_basic"];
  return methods.find((method) => taken.includes(method)) ?? methods[0]!;
}
