"""The encoder's first weights, as the commands that teach one want them."""

import subprocess
from importlib.util import find_spec
from pathlib import Path

from domain.errors import ConfigurationError
from nlp.base_weights import fetch


def first_weights(data: Path) -> Path:
    """The encoder's first weights, kept in the data folder.

    Raises:
        ConfigurationError: they cannot be had, or PyTorch is not installed.
    """
    if find_spec("torch") is None:
        raise ConfigurationError("training needs torch: pip install 'tenantline[train]', or leave the encoder out")
    try:
        return fetch(data / "base-weights")
    except (ValueError, OSError, subprocess.CalledProcessError) as problem:
        raise ConfigurationError(f"the encoder's first weights cannot be had: {problem}") from problem
