// What a case is made of. See README.md for the members.

/** A token that is accepted. `because` says what makes it a good one, where it does not look like one. */
export const accepted = (name, because, token, verifier = "HS256") => ({ name, verifier, token, verdict: "accepted", level: "must", because });

/** A token that is refused: `verdict` is the code, with the claim concerned behind a space. */
const refused = (level) => (name, verdict, because, token, verifier = "HS256") => {
  const [code, claim] = verdict.split(" ");
  return { name, verifier, token, verdict: code, ...(claim ? { claim } : {}), level, because };
};
/** A standard or the verifier's settings ask for the refusal, or an attack is published: who accepts the token is wrong. */
export const must = refused("must");
/** The standards leave it open: who accepts the token is not wrong, and less careful. */
export const policy = refused("policy");
