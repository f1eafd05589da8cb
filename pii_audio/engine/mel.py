"""Log-mel spectrograms of a batch on the device, openai-whisper's within 1e-4."""

from __future__ import annotations

import torch
from torch import Tensor
from whisper.audio import HOP_LENGTH, N_FFT, mel_filters

__all__ = ["FLOOR_RANGE", "log_mel"]

FLOOR_RANGE = 8.0  # everything more than 80 dB below the loudest point is the floor


def log_mel(samples: Tensor, n_mels: int) -> tuple[Tensor, Tensor]:
    """samples: [batch, samples], padded with zeros, a multiple of 160.

    Returns the spectrograms [batch, n_mels, samples / 160] and each one's floor [batch], which is what
    the padding of a full window would be. Source: whisper.audio.log_mel_spectrogram.
    """
    window = torch.hann_window(N_FFT, device=samples.device)
    stft = torch.stft(samples, N_FFT, HOP_LENGTH, window=window, return_complex=True)
    power = torch.view_as_real(stft[..., :-1]).square().sum(-1)  # [batch, bins, frames]
    mel = mel_filters(samples.device, n_mels) @ power
    log = mel.clamp(min=1e-10).log10()
    floor = (log.amax((1, 2)) - FLOOR_RANGE).clamp(min=-10.0)
    log = torch.maximum(log, floor[:, None, None])
    return (log + 4) / 4, (floor + 4) / 4
