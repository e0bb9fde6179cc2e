"""Why a guard cannot start."""

from __future__ import annotations

from collections.abc import Sequence


class SettingsFault(ValueError):
    """Something is missing, weak or contradictory; the text names each with what to set, and shows no value."""

    def __init__(self, faults: Sequence[str]) -> None:
        self.faults = tuple(faults)
        listed = "".join(f"\n  - {fault}" for fault in self.faults)
        super().__init__(f"the API cannot tell who calls, so it does not start:{listed}")
