"""The 33 landmarks of BlazePose: names, pairs and limbs. Data only."""

from enum import IntEnum
from typing import Literal

Side = Literal["left", "right"]


class Landmark(IntEnum):
    """Index of a landmark in every `Pose` array (numbering of the BlazePose model card)."""

    NOSE = 0
    LEFT_EYE_INNER = 1
    LEFT_EYE = 2
    LEFT_EYE_OUTER = 3
    RIGHT_EYE_INNER = 4
    RIGHT_EYE = 5
    RIGHT_EYE_OUTER = 6
    LEFT_EAR = 7
    RIGHT_EAR = 8
    MOUTH_LEFT = 9
    MOUTH_RIGHT = 10
    LEFT_SHOULDER = 11
    RIGHT_SHOULDER = 12
    LEFT_ELBOW = 13
    RIGHT_ELBOW = 14
    LEFT_WRIST = 15
    RIGHT_WRIST = 16
    LEFT_PINKY = 17
    RIGHT_PINKY = 18
    LEFT_INDEX = 19
    RIGHT_INDEX = 20
    LEFT_THUMB = 21
    RIGHT_THUMB = 22
    LEFT_HIP = 23
    RIGHT_HIP = 24
    LEFT_KNEE = 25
    RIGHT_KNEE = 26
    LEFT_ANKLE = 27
    RIGHT_ANKLE = 28
    LEFT_HEEL = 29
    RIGHT_HEEL = 30
    LEFT_TOE = 31
    RIGHT_TOE = 32


LANDMARK_COUNT = len(Landmark)

MIRROR = tuple(
    Landmark[name.replace("LEFT", "\0").replace("RIGHT", "LEFT").replace("\0", "RIGHT")].value
    for name in Landmark.__members__
)
"""Index of each landmark's partner on the other side of the body."""

OTHER_SIDE: dict[Side, Side] = {"left": "right", "right": "left"}


def side_landmark(joint: str, side: Side) -> Landmark:
    """Landmark of `joint` ("hip", "knee", ...) on the given side of the model's labels."""
    return Landmark[f"{side}_{joint}".upper()]
