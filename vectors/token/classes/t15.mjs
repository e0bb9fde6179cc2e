import { must } from "../case.mjs";
import { ALGORITHMS, NAMES, resigned, token } from "../forge.mjs";

const LENGTHS = { HS256: 32, HS384: 48, HS512: 64 };

export const title = "MACs that are wrong in one byte: none is better than another";
export const cases = NAMES.filter((name) => ALGORITHMS[name].secret).flatMap((alg) =>
  Array.from({ length: LENGTHS[alg] }, (_, at) =>
    must(`${alg}: byte ${at} is another`, "signature-invalid", "RFC 7515 §5.2, RFC 7518 §3.2: the whole MAC is compared", resigned(token({ alg }), (tag) => ((tag[at] ^= 0x55), tag)), alg),
  ),
);
