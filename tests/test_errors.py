from __future__ import annotations

import pickle

from pii_audio.errors import AudioError


def test_an_error_comes_back_whole_from_another_process() -> None:
    error = AudioError("clip-7", "holds no audio", "export it again")
    back = pickle.loads(pickle.dumps(error))
    assert type(back) is AudioError
    assert (back.who, back.what, back.todo, str(back)) == (error.who, error.what, error.todo, str(error))
