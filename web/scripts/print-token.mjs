/** Prints a bridge token for a user: `node scripts/print-token.mjs <user-uuid>`, keys from the environment. */
import { signBridgeToken } from "../lib/bridge-token.mjs";

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const userId = process.argv[2] ?? "";
const { AICOACH_JWT_PRIVATE_KEY: privateKey, AICOACH_JWT_KID: kid } = process.env;

if (!UUID.test(userId)) {
  console.error("usage: print-token.mjs <user-uuid>");
  process.exit(2);
}
if (!privateKey || !kid) {
  console.error("set AICOACH_JWT_PRIVATE_KEY and AICOACH_JWT_KID first");
  process.exit(2);
}
console.log(await signBridgeToken({ userId, privateKey, kid }));
