/** A call that does not exist, refused in the same form as every other. */
import { Refusal } from "@/lib/refusal";
import { openRoute } from "@/lib/route";

const nowhere = openRoute(() => Promise.reject(new Refusal("not_found")));
const refuse = (request: Request): Promise<Response> => nowhere(request, { params: Promise.resolve({}) });

export const GET = refuse;
export const POST = refuse;
export const PUT = refuse;
export const PATCH = refuse;
export const DELETE = refuse;
