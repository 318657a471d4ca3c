"""``tenantline case check-text`` in a process of its own: no database, no secret."""

import json
from pathlib import Path

from tests.app.command import tenantline

TEXT = "Thank you for your letter.\nYou failed to be at home. We asked the ABCD team."


def test_each_sentence_to_mend_is_told_with_why_and_how(tmp_path: Path) -> None:
    file = tmp_path / "draft.txt"
    file.write_text(TEXT, encoding="utf-8")
    done = tenantline("case", "check-text", str(file))
    assert done.returncode == 1, done.stderr
    assert done.stdout == (
        "You failed to be at home.\n"
        '  Why: blame (high): "You failed to": it puts the blame on the reader\n'
        "  Mend: say what happened, and what we need now\n"
        "\n"
        "We asked the ABCD team.\n"
        "  Why: it does not say what ABCD means\n"
        "  Mend: write it out, at least the first time\n"
        "\n"
        "3 sentences of 5 words, the longest 6; 0% long words; passives in 0% of the sentences.\n"
        "For a reader of about 6, as an estimate; our own wordings keep 9.\n"
    )


def test_a_text_that_is_fine_comes_from_standard_input_and_is_said_to_be() -> None:
    done = tenantline("case", "check-text", "-", "--language", "cy", stdin="Mae'n ddrwg gennym na ddaethom.")
    assert (done.returncode, done.stdout.splitlines()[0]) == (0, "Nothing to mend."), done.stderr
    assert "reader" not in done.stdout


def test_it_answers_as_one_object() -> None:
    done = tenantline("case", "check-text", "--json", stdin=TEXT)
    told = json.loads(done.stdout)
    assert [(each["kind"], TEXT[each["start"] : each["end"]]) for each in told["tone"]] == [("blame", "You failed to")]
    assert [each["sentence"] for each in told["to_mend"]] == ["We asked the ABCD team."]


def test_what_it_cannot_read_is_one_sentence(tmp_path: Path) -> None:
    for words, stdin, said in (
        ([str(tmp_path / "none.txt")], "", "there is no file"),
        (["-"], b"\xff\xfe", "is not UTF-8"),
        (["--language", "fr"], "", "use en or cy"),
    ):
        done = tenantline("case", "check-text", *words, stdin=stdin)
        assert (done.returncode, done.stdout) == (2, "")
        assert said in done.stderr
