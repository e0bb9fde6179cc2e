import { accepted, policy } from "../case.mjs";
import { token } from "../forge.mjs";

const FORM = "what cannot be read must not be taken for none: an API may take no organization for all of them";
const NONE = "RFC 7519 §4: a claim that is not needed may be absent, or say nothing";

export const title = "whose the request is: organization and session";
export const cases = ["activeOrganizationId", "sid"].flatMap((name) => [
  ...[7, 0, true, false, "", ["o1"], [], { id: "o1" }, {}].map((value) =>
    policy(`\`${name}\` is ${JSON.stringify(value)}`, `claim-malformed ${name}`, FORM, token({ claims: { [name]: value } }))),
  accepted(`\`${name}\` is a text`, NONE, token({ claims: { [name]: "o1" } })),
  accepted(`\`${name}\` is null`, NONE, token({ claims: { [name]: null } })),
]);
