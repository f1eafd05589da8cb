"""How long redacting and verifying take, in times of transcribing the same sound twice.

    python benchmarks/verify.py ../shared/data/speech

Processor time of this process; everything that is loaded once for any number of recordings is in it.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from pathlib import Path

from pii_audio import Config, Recording, discover, pipeline, plugins, run, verify
from pii_audio.speech import SpeechDetector


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("clips", type=Path)
    options, config = parser.parse_args(), Config()
    recordings = [r for r in discover([options.clips]) if isinstance(r, Recording)]
    transcriber = plugins.load("transcribers", config.transcribe.engine)(config.transcribe)
    warm_up = list(pipeline.transcribe(recordings[:6], transcriber, SpeechDetector(), config.transcribe))
    start = time.process_time()
    heard = list(pipeline.transcribe(recordings, transcriber, SpeechDetector(), config.transcribe))
    transcribed = time.process_time()
    with tempfile.TemporaryDirectory() as out:
        run([options.clips], Path(out), config, release=True)
        redacted = time.process_time()
        certificate = verify(Path(out) / "redacted", config, against=Path(out))
        verified = time.process_time()
    once = transcribed - start
    print(
        json.dumps({
            "recordings": len(heard) or len(warm_up),
            "minutes": round(sum(getattr(t, "duration_s", 0.0) for t in heard) / 60, 2),
            "transcribed_cpu_s": round(once, 1),
            "redacted_cpu_s": round(redacted - transcribed, 1),
            "verified_cpu_s": round(verified - redacted, 1),
            "of_transcribing_twice": round((verified - transcribed) / (2 * once), 2),
            "leaks": len(certificate.leaks),
            "doubts": len(certificate.doubts),
        })
    )  # fmt: skip


if __name__ == "__main__":
    main()
