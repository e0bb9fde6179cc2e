"""The limit of failures, as Python has it; what it counts is told by the tests of `betroth-token`."""

import pytest

from betroth import FailureLimit


def test_an_allowance_is_used_up_once_and_comes_back_evenly() -> None:
    limit = FailureLimit("2/min")
    assert limit.is_empty
    assert [limit.failed("192.0.2.1", 100) for _ in range(3)] == [False, True, False]
    assert not limit.is_empty
    assert (limit.failures("192.0.2.1", 100), limit.retry_after("192.0.2.1", 100)) == (2, 30)
    assert (limit.failures("192.0.2.1", 130), limit.retry_after("192.0.2.1", 130)) == (1, None)
    assert limit.retry_after("192.0.2.2", 100) is None


def test_ipv6_counts_by_network_and_ipv4_however_it_is_written() -> None:
    limit = FailureLimit("1/h")
    assert limit.failed("2001:db8::1", 0)
    assert limit.retry_after("2001:db8::ffff:2", 0) == 3600
    assert limit.retry_after("2001:db8:0:1::1", 0) is None
    assert limit.failed("::ffff:192.0.2.1", 0)
    assert limit.retry_after("192.0.2.1", 0) == 3600


@pytest.mark.parametrize("text", ["", "unknown", "testclient", "192.0.2.1:443", "/run/api.sock"])
def test_what_is_no_address_is_not_counted(text: str) -> None:
    limit = FailureLimit("1/h")
    assert not limit.failed(text, 0)
    assert limit.retry_after(text, 0) is None
    assert limit.is_empty


@pytest.mark.parametrize("text", ["", "20", "0/min", "20/minute", "-1/s"])
def test_what_is_no_rate_is_told(text: str) -> None:
    with pytest.raises(ValueError, match="20/min"):
        FailureLimit(text)
