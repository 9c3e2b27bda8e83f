"""What a body did: a recording cleaned, measured and written out.

from data.movement import read
from pipeline.movement import analyse

analysis = analyse(read("squat.csv", data))
"""

from pipeline.movement.analyse import Analysis as Analysis
from pipeline.movement.analyse import analyse as analyse
from pipeline.movement.clean import Cleaning as Cleaning
from pipeline.movement.clean import clean as clean
