"""On Lambda, the first module of a function to be imported. Every other `__init__.py` is empty.

An import makes some 90,000 objects that are there to stay. To look through them for garbage again and again takes a
tenth of its CPU time, so the first look comes later. Cycles of objects may then hold some MiB until they are freed.
"""

import gc
import os

OBJECTS = 150_000
"""So many more objects than at the last collection of garbage start the next one."""

if "AWS_LAMBDA_INITIALIZATION_TYPE" in os.environ:
    gc.set_threshold(OBJECTS)
