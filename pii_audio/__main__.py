"""Where the program begins: a key pressed while it is still being read is no error."""

from __future__ import annotations

import sys

__all__ = ["main"]


def main() -> None:
    try:
        from pii_audio.cli import main as run

        run()
    except KeyboardInterrupt:
        sys.stderr.write("pii-audio: stopped\n")
        sys.exit(130)


if __name__ == "__main__":
    main()
