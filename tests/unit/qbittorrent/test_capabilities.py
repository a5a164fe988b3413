from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seedwright.clients.qbittorrent.capabilities import Feature, parse_version
from seedwright.errors import CapabilityError, ExitCode

from .servers import V4_5, V5_1, V5_3, server

# The first server with a feature and the last one without, each as (Web API, version, libtorrent).
NEW = ("2.16.2", "v5.3.0", "2.0.11.0")
BOUNDARIES = {
    Feature.CREATOR: (("2.10.3", *NEW[1:]), ("2.10.4", *NEW[1:])),
    Feature.FOLDER_LISTING: (("2.11.1", *NEW[1:]), ("2.11.2", *NEW[1:])),
    Feature.SOURCE: ((NEW[0], "v5.0.2", NEW[2]), (NEW[0], "v5.0.3", NEW[2])),
    Feature.ENCODED_URLS: (("2.11.5", *NEW[1:]), ("2.11.6", *NEW[1:])),
    Feature.FOLDER_SIZES: (("2.11.7", *NEW[1:]), ("2.11.8", *NEW[1:])),
    Feature.API_KEY: (("2.14", *NEW[1:]), ("2.14.1", *NEW[1:])),
    Feature.DOTFILES: (("2.15.1", *NEW[1:]), ("2.16", *NEW[1:])),
    Feature.FORMAT: ((*NEW[:2], "1.2.20.0"), (*NEW[:2], "2.0.0.0")),
    Feature.ALIGNMENT: ((*NEW[:2], "2.0.0.0"), (*NEW[:2], "1.2.20.0")),
}


def test_every_feature_has_its_boundary() -> None:
    assert set(Feature) == set(BOUNDARIES)


@pytest.mark.parametrize("feature", Feature)
def test_a_feature_is_missing_just_below_its_boundary(feature: Feature) -> None:
    assert not server(*BOUNDARIES[feature][0]).can(feature)


@pytest.mark.parametrize("feature", Feature)
def test_a_feature_is_there_from_its_boundary_on(feature: Feature) -> None:
    assert server(*BOUNDARIES[feature][1]).can(feature)
    server(*BOUNDARIES[feature][1]).need(feature)


@pytest.mark.parametrize("feature", Feature)
def test_what_is_missing_is_told_with_the_server_and_with_who_has_it(feature: Feature) -> None:
    lacking = server(*BOUNDARIES[feature][0])
    with pytest.raises(CapabilityError) as caught:
        lacking.need(feature)
    assert caught.value.message == f"{lacking.describe()} does not support {feature.title}"
    assert feature.released in caught.value.hint
    assert (caught.value.client, caught.value.exit_code) == ("nas", ExitCode.FAILED)


def test_a_source_tag_needs_the_torrent_creator_as_well() -> None:
    assert not server("2.10.3", "v5.0.3").can(Feature.SOURCE)
    assert server("2.10.4", "v5.0.3").can(Feature.SOURCE)


def test_the_servers_of_the_test_bed_can_what_they_were_seen_to_do() -> None:
    assert not any(V4_5.can(feature) for feature in set(Feature) - {Feature.FORMAT})
    assert {feature for feature in Feature if V5_1.can(feature)} == {
        Feature.CREATOR,
        Feature.FOLDER_LISTING,
        Feature.SOURCE,
        Feature.FORMAT,
    }
    assert {feature for feature in Feature if not V5_3.can(feature)} == {Feature.ALIGNMENT}


def test_versions_are_compared_as_numbers_and_not_as_text() -> None:
    assert not server("2.9").can(Feature.CREATOR)
    assert server("2.100").can(Feature.DOTFILES)
    assert server("10.0", "v10.0").can(Feature.SOURCE)


@pytest.mark.parametrize("unknown", ["", "unknown", "v", "Fails.", "<html>"])
def test_a_server_that_does_not_tell_its_versions_is_trusted_with_nothing(unknown: str) -> None:
    silent = server(unknown, unknown, unknown)
    assert not any(silent.can(feature) for feature in Feature)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("v5.1.0", (5, 1, 0)),
        ("v5.1.0beta1", (5, 1, 0)),
        ("5.3.0rc2", (5, 3, 0)),
        ("2.11", (2, 11)),
        (" v5.1.2\n", (5, 1, 2)),
        ("2.0.11.0", (2, 0, 11, 0)),
        ("2.", (2,)),
        ("2..1", (2,)),
        (".2", ()),
        ("", ()),
        ("version 5", ()),
    ],
)
def test_a_version_is_its_leading_numbers(text: str, numbers: tuple[int, ...]) -> None:
    assert parse_version(text) == numbers


@given(
    st.lists(st.integers(0, 10**6), min_size=1, max_size=5), st.sampled_from(["", "alpha1", "-git"])
)
def test_a_version_is_read_as_it_is_written(numbers: list[int], suffix: str) -> None:
    assert parse_version(".".join(map(str, numbers)) + suffix) == tuple(numbers)


@given(st.text())
def test_any_text_at_all_is_a_version_or_none(text: str) -> None:
    assert all(isinstance(number, int) for number in parse_version(text))


def test_a_server_is_described_with_all_that_it_tells() -> None:
    assert V5_1.describe() == "qBittorrent 5.1.0 (Web API 2.11.4, libtorrent 2.0.11.0)"
    assert server(libtorrent="").describe() == "qBittorrent 5.3.0 (Web API 2.16.2)"
