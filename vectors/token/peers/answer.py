"""What a library says of many tokens: `{verifiers, tokens: [[verifier, token], …]}` from standard input, a list of booleans to standard output."""

import json
import sys


def answer(keys, check):
    """`keys(token, verifier)` gives each key to try with its algorithms; `check(token, key, algorithms, verifier)` raises."""

    def accepts(token, verifier):
        try:
            tried = list(keys(token, verifier))
        except Exception:
            return False
        for key, algorithms in tried:
            try:
                check(token, key, algorithms, verifier)
                return True
            except Exception:
                continue
        return False

    given = json.load(sys.stdin)
    verifiers = given["verifiers"]
    json.dump([accepts(token, verifiers[index]) for index, token in given["tokens"]], sys.stdout)
