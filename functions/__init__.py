"""On Lambda, the first module of a function to be imported. Every other `__init__.py` is empty.

No collection of garbage looks through what the import makes, since it is there to stay: it took 14 ms of an import.
`shared/http/lambdas.py` turns collections on again.
"""

import gc
import os

if "AWS_LAMBDA_INITIALIZATION_TYPE" in os.environ:
    gc.disable()
