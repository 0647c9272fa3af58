// Amazon Bedrock with AWS credentials: an entry of its own, so that whoever does not sign does not load what signs.
import { AwsV4Signer } from "aws4fetch";
import type { BedrockProvider, Sign } from "./options.js";

/** As AWS gives them: long-lived, or of a session. */
export interface AwsCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

export interface BedrockOptions extends Omit<BedrockProvider, "type" | "sign" | "apiKey"> {
  /** Or a function that fetches them when a request leaves. They stay with the host. */
  credentials: AwsCredentials | (() => AwsCredentials | Promise<AwsCredentials>);
}

/**
 * A provider whose requests are signed (AWS Signature Version 4).
 *
 * @example
 * ```ts
 * import { createTroupe } from "troupe";
 * import { bedrock } from "troupe/bedrock";
 *
 * const credentials = { accessKeyId: "AKIA…", secretAccessKey: "…" };
 * const troupe = await createTroupe({
 *   providers: { bedrock: bedrock({ region: "us-east-1", model: "amazon.nova-lite-v1:0", credentials }) },
 * });
 * console.log(troupe.status().state);
 * ```
 */
export function bedrock({ credentials, ...provider }: BedrockOptions): BedrockProvider {
  const sign: Sign = async ({ method, url, headers, body }) => {
    const keys = typeof credentials === "function" ? await credentials() : credentials;
    const signer = new AwsV4Signer({
      ...keys,
      ...{ method, url, headers, region: provider.region, service: "bedrock" },
      body: body.slice(),
    });
    const signed = await signer.sign();
    return Object.fromEntries(signed.headers);
  };
  return { type: "bedrock", sign, ...provider };
}
