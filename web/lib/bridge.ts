/** The bridge token for one user, signed with the key this deployment holds. */
import "server-only";
import { signBridgeToken } from "./bridge-token.mjs";
import { setting } from "./env";

export function bridgeToken(userId: string): Promise<string> {
  return signBridgeToken({
    userId,
    privateKey: setting("AICOACH_JWT_PRIVATE_KEY"),
    kid: setting("AICOACH_JWT_KID"),
  });
}
