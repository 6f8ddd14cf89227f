"""What runs in the separate process: one file in, one verdict out.

Started by path, so that nothing of the site is loaded. The file comes as standard
input, the verdict goes to standard output, a picture to the descriptor named.
"""

import importlib
import json
import os
import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path.append(str(Path(__file__).resolve().parents[2]))

from tracking.files.examining import NEEDS, examine
from tracking.files.kinds import Refused
from tracking.files.seccomp import close_the_doors


def main(extension: str, descriptor: int) -> None:
    importlib.import_module(f"tracking.files.{NEEDS[extension]}")
    verdict: dict[str, object] = {"filtered": close_the_doors(), "refused": ""}
    try:
        with os.fdopen(descriptor, "wb") as output:
            examine(sys.stdin.buffer, extension, output)
    except Refused as refused:
        verdict["refused"] = refused.code
    except MemoryError:
        verdict["refused"] = "bulk"
    sys.stdout.write(json.dumps(verdict))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
