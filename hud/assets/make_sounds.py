"""Play the HUD's four sounds into hud/static/sounds: `python -m hud.assets.make_sounds`.

Additive synthesis with the standard library alone: every sound is a list of notes, every note a few decaying partials.
"""

import math
import wave
from array import array
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent.parent / "static" / "sounds"
# Partials end at 9 kHz, so this rate loses nothing and keeps the four files below 300 KB.
RATE = 22_050
PEAK = 0.82


@dataclass(frozen=True)
class Voice:
    """A timbre: partials as (multiple of the pitch, loudness, decay relative to the note's), and the attack."""

    partials: tuple[tuple[float, float, float], ...]
    attack_seconds: float
    vibrato: float = 0.0


BELL = Voice(((1.0, 1.0, 1.0), (2.0, 0.45, 0.7), (2.76, 0.5, 0.45), (5.4, 0.28, 0.22), (8.93, 0.12, 0.12)), 0.002)
COIN = Voice(((1.0, 1.0, 1.0), (2.01, 0.35, 0.6), (3.9, 0.3, 0.25)), 0.001)
HORN = Voice(
    ((1.0, 1.0, 1.0), (2.0, 0.75, 0.9), (3.0, 0.55, 0.75), (4.0, 0.32, 0.6), (5.0, 0.2, 0.5), (6.0, 0.1, 0.4)),
    0.045,
    vibrato=0.004,
)
STRING = Voice(((1.0, 1.0, 1.0), (1.004, 0.8, 1.0), (2.002, 0.4, 0.9), (3.0, 0.2, 0.7)), 0.12, vibrato=0.003)
DRUM = Voice(((1.0, 1.0, 1.0), (1.5, 0.5, 0.5), (1.98, 0.3, 0.35), (2.44, 0.2, 0.25)), 0.003)


@dataclass(frozen=True)
class Note:
    voice: Voice
    start_seconds: float
    midi_pitch: float
    length_seconds: float
    loudness: float = 1.0


def chord(voice: Voice, start: float, pitches: tuple[float, ...], length: float, loudness: float) -> list[Note]:
    return [Note(voice, start, pitch, length, loudness) for pitch in pitches]


GOLD = [Note(COIN, 0.0, 95, 0.10, 0.8), Note(COIN, 0.055, 100, 0.32, 1.0)]
MEETING_BOOKED = [
    Note(HORN, 0.0, 62, 0.20, 0.7),
    Note(HORN, 0.13, 67, 0.22, 0.8),
    *chord(HORN, 0.27, (71, 74), 0.62, 0.7),
    Note(BELL, 0.27, 86, 0.60, 0.35),
    Note(BELL, 0.36, 91, 0.52, 0.3),
]
LEVEL_UP = [
    *(Note(BELL, 0.085 * step, pitch, 0.5, 0.6) for step, pitch in enumerate((67, 71, 74, 79, 83))),
    *chord(STRING, 0.40, (55, 62, 67), 0.95, 0.4),
    *chord(BELL, 0.45, (86, 91), 0.95, 0.4),
]
RANK_UP = [
    Note(DRUM, 0.0, 36, 0.5, 1.5),
    *chord(HORN, 0.0, (50, 57, 62), 0.42, 0.55),
    Note(DRUM, 0.42, 38, 0.5, 1.5),
    *chord(HORN, 0.42, (55, 62, 67), 0.40, 0.6),
    Note(DRUM, 0.82, 33, 0.9, 1.8),
    *chord(HORN, 0.82, (57, 64, 69, 73), 1.35, 0.62),
    *chord(STRING, 0.82, (45, 57, 81), 1.40, 0.45),
    *(Note(BELL, 0.90 + 0.09 * step, pitch, 0.9, 0.32) for step, pitch in enumerate((81, 85, 88, 93))),
]
SOUNDS = {"gold": GOLD, "meeting": MEETING_BOOKED, "level": LEVEL_UP, "rank": RANK_UP}


def add(samples: list[float], note: Note) -> None:
    """Mix one note into the samples."""
    pitch = 440.0 * 2 ** ((note.midi_pitch - 69) / 12)
    first = int(note.start_seconds * RATE)
    for multiple, loudness, decay in note.voice.partials:
        frequency = pitch * multiple
        if frequency > 9_000:
            continue
        fall = 5.5 / (note.length_seconds * decay)
        for place in range(int(note.length_seconds * RATE)):
            seconds = place / RATE
            rise = min(1.0, seconds / note.voice.attack_seconds)
            end = min(1.0, (note.length_seconds - seconds) / 0.02)
            bent = seconds + note.voice.vibrato / 30 * math.sin(math.tau * 5.5 * seconds)
            samples[first + place] += (
                note.loudness
                * loudness
                * rise
                * end
                * math.exp(-fall * seconds)
                * math.sin(math.tau * frequency * bent)
            )


def render(notes: list[Note]) -> bytes:
    """The notes as 16-bit mono samples."""
    length = max(note.start_seconds + note.length_seconds for note in notes)
    samples = [0.0] * (int(length * RATE) + 2)
    for note in notes:
        add(samples, note)
    loudest = max(abs(sample) for sample in samples)
    return array("h", (round(sample / loudest * PEAK * 32_767) for sample in samples)).tobytes()


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, notes in SOUNDS.items():
        with wave.open(str(FOLDER / f"{name}.wav"), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE)
            file.writeframes(render(notes))


if __name__ == "__main__":
    main()
