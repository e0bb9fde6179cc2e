"""Whether one person's thing is kept from another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from starlette.testclient import TestClient

HIDDEN = (403, 404)
"""What somebody else is answered. 405 is that there is no such method."""


def assert_apart(
    owner: TestClient,
    other: TestClient,
    path: str,
    *,
    listed: str | None = None,
    methods: Sequence[str] = ("GET", "PUT", "PATCH", "DELETE"),
    json: Any = None,
) -> None:
    """Raises `AssertionError` unless the thing at `path` is its owner's alone.

    The owner must be able to read it; the other is answered 403 or 404 by each of `methods` that there is, with the body
    `json`; the owner then reads the same as before. With `listed`, the address of a JSON list, the owner's list has
    something that the other's does not have, and nothing of the owner's list is in that of the other.
    """
    __tracebackhide__ = True
    before = owner.get(path)
    if not before.is_success:
        raise AssertionError(
            f"GET {path} answered its owner {before.status_code}, so nothing is shown: name a thing that is theirs"
        )
    faults: list[str] = []
    for method in methods:
        status = other.request(method, path, json=json).status_code
        if status == 422:
            faults.append(
                f"{method} {path} answered 422 before it looked whose it is: give a body that it takes, as `json={{...}}`"
            )
        elif status not in (*HIDDEN, 405):
            faults.append(f"{method} {path} answered {status} to somebody else, and 404 or 403 was due")
    after = owner.get(path)
    if (after.status_code, after.content) != (before.status_code, before.content):
        faults.append(f"GET {path} answers its owner something else after somebody else had called: it was changed")
    if listed is not None:
        faults += _in_common(owner, other, listed)
    if faults:
        cure = (
            "compare the owner with `user.id` where the row is loaded, or have `betroth.sqlalchemy.isolate` do it for "
            "every row"
        )
        raise AssertionError("\n".join(["what is one person's reached another:", *faults, cure]))


def _in_common(owner: TestClient, other: TestClient, path: str) -> list[str]:
    lists = []
    for name, client in (("its owner", owner), ("somebody else", other)):
        answer = client.get(path)
        found = _items(answer.json()) if answer.is_success else None
        if found is None:
            return [f"GET {path} answered {name} {answer.status_code} without a list: name in `listed` what lists things"]
        lists.append(found)
    if not lists[0]:
        return [f"GET {path} lists nothing for the owner, so nothing is shown: name in `listed` what lists the thing"]
    common = [item for item in lists[0] if item in lists[1]]
    return [f"GET {path} lists {len(common)} of the owner's {len(lists[0])} for somebody else"] if common else []


def _items(content: Any) -> list[Any] | None:
    """The list that an answer is, or the only one that it holds, as a page of results does."""
    if isinstance(content, list):
        return content
    lists = [value for value in content.values() if isinstance(value, list)] if isinstance(content, dict) else []
    return lists[0] if len(lists) == 1 else None
