"""Two opinions as one: the words' probabilities and the encoder's, head by head."""

from collections.abc import Mapping

from nlp.encoder import Chances, Shape


def mixed(words: Chances, encoded: Chances, answers: Mapping[str, tuple[str, ...]], shape: Shape) -> Chances:
    """The mean of both where both have a head, else the one there is; the kind's tempered and leant to a complaint.

    Args:
        words: of the words' heads.
        encoded: of the encoder's.
        answers: of the words' heads, by their names.
        shape: of the encoder.
    """
    found = {**encoded, **words}
    for head in shape.heads:
        if head.name in words:
            theirs = dict(zip(head.answers, encoded[head.name], strict=True))
            found[head.name] = [
                shape.share * theirs.get(answer, 0.0) + (1 - shape.share) * mine
                for answer, mine in zip(answers[head.name], words[head.name], strict=True)
            ]
    found["kind"] = tempered(found["kind"], answers["kind"], shape)
    return found


def tempered(kinds: list[float], answers: tuple[str, ...], shape: Shape) -> list[float]:
    """Sharper or blunter by the temperature, and leant to a complaint."""
    odds = [max(chance, 1e-9) ** (1 / shape.temperature) for chance in kinds]
    if "complaint" in answers:
        odds[answers.index("complaint")] *= shape.leaning
    return [each / sum(odds) for each in odds]
