"""Stress variants by name."""

import pytest

from loopsim.errors import InputError
from loopsim.studies.compare.stress import read


def test_texts_and_files_say_the_same(tmp_path):
    file = tmp_path / "stress.yaml"
    file.write_text(
        "stress:\n  recession: {environment.economy: -1, labels.noise: 0.1}\n"
        "  blank: {environment.pipeline: [{feature: score, share: 0.5}]}\n"
    )
    texts = [
        "recession: environment.economy=-1, labels.noise=0.1",
        "blank: environment.pipeline=[{feature: score, share: 0.5}]",
    ]
    assert read([str(file)]) == read(texts)
    assert list(read(texts)) == ["recession", "blank"]


@pytest.mark.parametrize(
    "text",
    ["recession", "recession:", ": a=1", "x: a", "x: =1", "x: a=[1", "gone.yaml"],
)
def test_a_variant_that_cannot_be_read_is_named(text):
    with pytest.raises(InputError, match="--stress"):
        read([text])


@pytest.mark.parametrize("inside", ["a: 1", "stress: 3", "stress: {a: 1}", "stress: {}", "[1"])
def test_a_file_that_holds_no_variants_is_named(tmp_path, inside):
    file = tmp_path / "s.yaml"
    file.write_text(inside)
    with pytest.raises(InputError, match=r"s\.yaml"):
        read([str(file)])


@pytest.mark.parametrize("again", ["x: b=2", "as it is: b=2"])
def test_a_name_is_given_once(again):
    with pytest.raises(InputError, match="two variants named"):
        read(["x: a=1", again])
