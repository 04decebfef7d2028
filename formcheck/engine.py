from formcheck.hindsight import *
from formcheck.hindsight import Unjudged, Verdict, look_back, positions_s
from formcheck.study import Study, frame_rate_hz
